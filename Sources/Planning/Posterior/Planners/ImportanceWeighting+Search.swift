import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch

extension ImportanceWeighting {
    /// Sequences of one pass, with their scores and densities.
    struct Population {
        /// `[state, candidate, horizon, action]`.
        var actions: Tensor
        /// S, the mean over rollouts of a sequence, `[state, candidate]`.
        var scores: Tensor
        /// log p of the sequence under the closed-loop habit, `[state, candidate]`.
        var logHabit: Tensor
        /// log of the density that the sequence was drawn with, `[state, candidate]`.
        var logProposal: Tensor
        /// `[state, candidate]`.
        var information: Tensor?
        /// log p of each action under the closed-loop habit, `[state, candidate, horizon]`.
        var stepLogHabit: Tensor
        /// γᵏ survivalₖ, which broadcasts to `[state, candidate, horizon]`.
        var stepWeights: Tensor
    }

    /// A search: the fit so far and what was found on the way.
    struct Search {
        let planner: ImportanceWeighting
        let habit: Normal
        /// What was fitted to the last population, event `[horizon, action]`.
        private(set) var fit: Normal?
        private var weighted: Weighted?
        private var values: [Tensor] = []

        /// The last population with its weights.
        struct Weighted {
            var population: Population
            /// Normalized, tempered, `[state, candidate]`.
            var logWeights: Tensor
            /// `[state, 1]`.
            var temperature: Tensor
        }

        init(_ planner: ImportanceWeighting, _ habit: Normal) {
            self.planner = planner
            self.habit = habit
        }

        /// Weighs a population and takes the moments of what counts.
        mutating func fit(_ population: Population) {
            let ratio = population.logHabit - population.logProposal
            let temperature = planner.temperature(population.scores, ratio)
            let logWeights = (population.scores / temperature + ratio).logSoftmax(axis: 1)
            let fit = Normal.matched(
                to: population.actions, weights: logWeights.exp(), like: habit,
                deviationFloor: planner.deviationFloor)
            weighted = Weighted(
                population: population, logWeights: logWeights, temperature: temperature)
            // Products with a weight of 0 must stay numbers.
            let scores = population.scores.maximum(-1e30)
            if values.isEmpty { values.append(scores.mean(axis: 1)) }
            values.append(bound(of: fit, population, scores))
            self.fit = fit
        }

        /// E_q[S − Σ γᵏ survivalₖ (log q(aₖ) − log p(aₖ | zₖ))] of the fit, by weighting the
        /// population once more: `[state]`.
        private func bound(of fit: Normal, _ population: Population, _ scores: Tensor) -> Tensor {
            let steps = Normal(
                mean: fit.mean.unsqueezed(axis: 1),
                standardDeviation: fit.standardDeviation.unsqueezed(axis: 1), eventRank: 1
            ).logDensity(population.actions)
            let weights = (steps.sum(axis: 2) - population.logProposal).softmax(axis: 1)
            let cost = ((steps - population.stepLogHabit) * population.stepWeights).sum(axis: 2)
            return (weights * (scores - cost)).sum(axis: 1)
        }

        /// Whether every state's objective stands still near the habit; one number is read.
        func hasConverged(_ limits: Stopping) -> Bool {
            let gain = values[values.count - 1] - values[values.count - 2]
            let divergence = fit!.firstStep.divergence(to: habit)
            let still = (gain .< limits.improvement) .& (divergence .< limits.divergence)
            return still.all().item() == 1
        }

        /// Whether a share of every state's candidates counts without tempering; one number is read.
        func counts(atLeast share: Double) -> Bool {
            let population = weighted!.population
            let ratio = population.logHabit - population.logProposal
            let squares = (population.scores + ratio).softmax(axis: 1).square().sum(axis: 1)
            return squares.max().item() <= 1 / (share * Double(planner.candidates))
        }

        func posterior(passes: Int) -> ActionPosterior<Normal> {
            let (fit, last) = (fit!, weighted!)
            let drawn = last.population
            var posterior = ActionPosterior(
                first: fit.firstStep, habit: habit, iterations: passes,
                evaluations: passes * planner.candidates * planner.rolloutsPerSequence)
            posterior.sequence = fit
            let particles = ActionParticles(actions: drawn.actions, logWeights: last.logWeights)
            posterior.particles = particles
            posterior.effectiveSampleSize = particles.effectiveSampleSize
            posterior.logEvidence = logMeanExpEstimate(
                drawn.scores + drawn.logHabit - drawn.logProposal, axis: 1)
            posterior.objective = TensorEstimate(
                mean: .stacked(values), standardError: nil,
                method: .monteCarlo(samples: planner.candidates))
            posterior.temperature = last.temperature.squeezed(axis: 1)
            posterior.information = drawn.information.map {
                (last.logWeights.exp() * $0).sum(axis: 1)
            }
            return posterior
        }

        /// The log-density `[state, candidate]` of sequences `[state, candidate, ...]`.
        func logDensity(_ fit: Normal, _ actions: Tensor) -> Tensor {
            Normal(
                mean: fit.mean.unsqueezed(axis: 1),
                standardDeviation: fit.standardDeviation.unsqueezed(axis: 1), eventRank: 2
            ).logDensity(actions)
        }
    }

    /// η ≥ 1 for each state, `[state, 1]`: 1 where enough candidates count, else what makes the
    /// effective sample size the smallest allowed.
    ///
    /// Scores are read once: a search in plain numbers takes less time than a few tensor operations.
    func temperature(_ scores: Tensor, _ ratio: Tensor) -> Tensor {
        if minimumEffectiveShare == 0 { return Tensor.ones(like: scores.slice(axis: 1, 0..<1)) }
        let (states, count) = (scores.shape[0], scores.shape[1])
        let (allScores, allRatios) = (scores.doubles(), ratio.doubles())
        let found = (0..<states).map { state in
            let row = state * count..<(state + 1) * count
            return temperature(allScores[row], allRatios[row])
        }
        return Tensor(found, shape: [states, 1]).to(scores.elementType).to(scores.device)
    }

    /// η of one state: the range 0…14 of its logarithm is halved until it is small. Where no score is
    /// a number nothing is too small.
    private func temperature(_ scores: ArraySlice<Double>, _ ratio: ArraySlice<Double>) -> Double {
        let enough = minimumEffectiveShare * Double(candidates)
        func isTooSmall(_ logarithm: Double) -> Bool {
            let inverse = exp(-logarithm)
            let logWeights = zip(scores, ratio).map { $0 * inverse + $1 }
            let greatest = logWeights.max()!
            var (sum, squares) = (0.0, 0.0)
            for logWeight in logWeights {
                let weight = exp(logWeight - greatest)
                sum += weight
                squares += weight * weight
            }
            return sum * sum < enough * squares
        }
        if !isTooSmall(0) { return 1 }
        var (low, high) = (0.0, 14.0)
        while high - low > 1e-4 {
            let middle = (low + high) / 2
            if isTooSmall(middle) { low = middle } else { high = middle }
        }
        return exp(high)
    }
}
