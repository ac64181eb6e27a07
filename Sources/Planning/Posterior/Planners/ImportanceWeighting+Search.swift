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
            var logEvidence: TensorEstimate
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
                population: population, logWeights: logWeights, temperature: temperature,
                logEvidence: logMeanExpEstimate(population.scores + ratio, axis: 1))
            // Products with a weight of 0 must stay numbers.
            let scores = population.scores.maximum(-1e30)
            if values.isEmpty { values.append(scores.mean(axis: 1)) }
            values.append(bound(of: fit, population, scores))
            self.fit = fit
        }

        /// E_q[S] − KL(q ‖ habit) of the fit, by weighting the population once more: `[state]`.
        private func bound(of fit: Normal, _ population: Population, _ scores: Tensor) -> Tensor {
            let log = logDensity(fit, population.actions)
            let weights = (log - population.logProposal).softmax(axis: 1)
            return (weights * (scores - log + population.logHabit)).sum(axis: 1)
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
            var posterior = ActionPosterior(
                first: fit.firstStep, habit: habit, iterations: passes,
                evaluations: passes * planner.candidates * planner.rolloutsPerSequence)
            posterior.sequence = fit
            let particles = ActionParticles(
                actions: last.population.actions, logWeights: last.logWeights)
            posterior.particles = particles
            posterior.effectiveSampleSize = particles.effectiveSampleSize
            posterior.logEvidence = last.logEvidence
            posterior.objective = TensorEstimate(
                mean: .stacked(values), standardError: nil,
                method: .monteCarlo(samples: planner.candidates))
            posterior.temperature = last.temperature.squeezed(axis: 1)
            posterior.information = last.population.information.map {
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
    /// The logarithm of η is searched for in 0…14, by division into 8 parts five times over: all
    /// states and all parts at once, nothing read back.
    func temperature(_ scores: Tensor, _ ratio: Tensor) -> Tensor {
        if minimumEffectiveShare == 0 { return Tensor.ones(like: scores.slice(axis: 1, 0..<1)) }
        let parts = 8
        let enough = minimumEffectiveShare * Double(candidates)
        let steps = (Tensor.arange(parts, type: scores.elementType) + 1).to(scores.device)
        let (wideScores, wideRatio) = (scores.unsqueezed(axis: 1), ratio.unsqueezed(axis: 1))
        func isTooSmall(_ logarithm: Tensor) -> Tensor {
            let weights = (wideScores * (-logarithm).exp().unsqueezed(axis: 2) + wideRatio)
                .softmax(axis: 2)
            return weights.square().sum(axis: 2) .> 1 / enough
        }
        var low = Tensor.zeros(like: scores.slice(axis: 1, 0..<1))
        let isNeeded = isTooSmall(low)
        var width = 14.0
        for _ in 0..<5 {
            width /= Double(parts)
            let count = isTooSmall(low + steps * width).sum(axis: 1, keepingDimensions: true)
            low = low + count.to(scores.elementType) * width
        }
        return Tensor.where(isNeeded, (low + width).exp(), Tensor.ones(like: low))
    }
}
