import Foundation
import OptimistCore
import OptimistInference
import OptimistProbability
import OptimistTorch

/// What happens to a tabular agent, as tensors `[time, batch]` of indices, with the laws of its
/// posterior along the way.
struct TabularSequences {
    var observations: [Tensor] = []
    var rewards: [Tensor] = []
    var states: [Tensor] = []
    var actions: [Tensor] = []
    /// q(z | history), `[batch, Z]` for each step.
    var stateLaws: [Tensor] = []
    /// q(a | history, z), `[batch, A]` for each step.
    var actionLaws: [Tensor] = []

    /// The four terms, by the tensor code of a deep agent.
    func bound(
        _ model: TabularLatentModel, _ kind: MarginalLikelihood, discount: Double = 1,
        using generator: inout Generator
    ) -> SequenceBound {
        let (x, r) = (Tensor.stacked(observations), Tensor.stacked(rewards))
        let (z, a) = (Tensor.stacked(states), Tensor.stacked(actions))
        let last = observations.count - 1
        let later = model.context(
            state: z.slice(axis: 0, 0..<last), action: a.slice(axis: 0, 0..<last))
        let context = Tensor.concatenated([Tensor.zeros(like: x.slice(axis: 0, 0..<1)), later])
        let prior = model.prior(context)
        let posterior = Categorical(logits: Tensor.stacked(stateLaws).log())
        let marginal = kind.estimate(
            prior: prior, posterior: posterior, gradient: .off, using: &generator
        ) { model.logLikelihood($0, x, r) }
        let one = Tensor.ones(x.shape, type: model.transition.elementType)
        return SequenceBound(
            logOptimality: r.to(one.elementType) - 1,
            logLikelihood: model.logLikelihood(z, x, r), logMarginal: marginal.logMarginal,
            stateConsistency: posterior.divergence(to: prior),
            actionConsistency: Categorical(logits: Tensor.stacked(actionLaws).log())
                .divergence(to: model.habit(z)),
            mask: SequenceMask(valid: one, continuation: one), source: .rollout,
            discount: discount, rewardOffset: 1)
    }
}

/// The laws of a posterior of a binary problem for every history, as tensors.
///
/// Histories are numbered by their binary digits: (x, r, z, a) of each step, then (x, r).
struct HistoryTables {
    /// q(z | history), `[histories, 2]` for each step.
    let states: [Tensor]
    /// q(a | history, z), `[histories · 2, 2]` for each step.
    let actions: [Tensor]

    init(of posterior: GenerativePosterior, in problem: GenerativeProblem) {
        var (states, actions) = ([Tensor](), [Tensor]())
        for t in 0..<problem.horizon {
            var (stateRows, actionRows) = ([Double](), [Double]())
            for history in 0..<(4 << (4 * t)) {
                let past = (0..<t).map { step in
                    let digits = history >> (4 * (t - 1 - step) + 2)
                    return GenerativeStep(
                        observation: digits >> 3 & 1, reward: digits >> 2 & 1,
                        state: digits >> 1 & 1, action: digits & 1)
                }
                let laws = problem.factors(
                    of: posterior, after: past, observation: history >> 1 & 1,
                    reward: history & 1)!
                stateRows += laws.state
                actionRows += laws.action.joined()
            }
            states.append(Tensor(stateRows, shape: [stateRows.count / 2, 2]))
            actions.append(Tensor(actionRows, shape: [actionRows.count / 2, 2]))
        }
        (self.states, self.actions) = (states, actions)
    }

    /// All sequences of a binary problem with their probabilities, `[batch]` in float64.
    func allSequences(of problem: GenerativeProblem) -> (TabularSequences, Tensor) {
        let horizon = problem.horizon
        let count = 1 << (4 * horizon)
        var sequences = TabularSequences()
        let numbers = (0..<count).map { $0 }
        func digit(_ place: Int) -> Tensor { Tensor(numbers.map { $0 >> place & 1 }) }
        for t in 0..<horizon {
            let low = 4 * (horizon - 1 - t)
            sequences.observations.append(digit(low + 3))
            sequences.rewards.append(digit(low + 2))
            sequences.states.append(digit(low + 1))
            sequences.actions.append(digit(low))
            let histories = Tensor(numbers.map { $0 >> (low + 2) })
            appendLaws(&sequences, t, histories)
        }
        var weights = Tensor(numbers.map { environmentProbability($0, problem) })
        for t in 0..<horizon {
            weights *= chosen(sequences.stateLaws[t], sequences.states[t])
            weights *= chosen(sequences.actionLaws[t], sequences.actions[t])
        }
        return (sequences, weights)
    }

    /// Trajectories of the environment under this posterior.
    func rollouts(
        of problem: GenerativeProblem, count: Int, using generator: inout Generator
    ) -> TabularSequences {
        let world = problem.environment
        var sequences = TabularSequences()
        let emission = Tensor(world.firstArrival, shape: [2, 4])
        let moves = Tensor(world.transition, shape: [4, 2])
        var law = Tensor(world.initial).expanded([count, 2])
        var history = Tensor.zeros([count], type: .int64)
        for t in 0..<problem.horizon {
            let s = draw(law, &generator)
            let arrival = draw(emission.indexSelect(axis: 0, s), &generator)
            sequences.observations.append(arrival.floorDivided(by: 2))
            sequences.rewards.append(arrival.remainder(2))
            appendLaws(&sequences, t, history * 4 + arrival, &generator)
            let (z, a) = (sequences.states[t], sequences.actions[t])
            history = ((history * 4 + arrival) * 2 + z) * 2 + a
            law = moves.indexSelect(axis: 0, s * 2 + a)
        }
        return sequences
    }

    /// The laws at given histories and the states that are there or, with a generator, drawn.
    private func appendLaws(_ sequences: inout TabularSequences, _ t: Int, _ histories: Tensor) {
        sequences.stateLaws.append(states[t].indexSelect(axis: 0, histories))
        sequences.actionLaws.append(
            actions[t].indexSelect(axis: 0, histories * 2 + sequences.states[t]))
    }

    private func appendLaws(
        _ sequences: inout TabularSequences, _ t: Int, _ histories: Tensor,
        _ generator: inout Generator
    ) {
        sequences.states.append(draw(states[t].indexSelect(axis: 0, histories), &generator))
        appendLaws(&sequences, t, histories)
        sequences.actions.append(draw(sequences.actionLaws[t], &generator))
    }

    private func draw(_ law: Tensor, _ generator: inout Generator) -> Tensor {
        // The number of steps of the distribution function that a uniform number lies above.
        let uniform = Tensor.uniform([law.size(axis: 0), 1], type: .float64, using: &generator)
        let steps = law.cumulativeSum(axis: 1).slice(axis: 1, 0..<(law.size(axis: 1) - 1))
        return (uniform .>= steps).to(.int64).sum(axis: 1)
    }

    private func chosen(_ law: Tensor, _ index: Tensor) -> Tensor {
        law.gather(axis: 1, index.unsqueezed(axis: 1)).squeezed(axis: 1)
    }

    /// p_e of the observations and rewards of a numbered sequence given its actions.
    private func environmentProbability(_ number: Int, _ problem: GenerativeProblem) -> Double {
        let (world, horizon) = (problem.environment, problem.horizon)
        var joint: [Double] = []
        for t in 0..<horizon {
            let digits = number >> (4 * (horizon - 1 - t))
            let before = number >> (4 * (horizon - t)) & 1
            let arrival = digits >> 2 & 3
            joint =
                t == 0
                ? world.firstJoint(arrival) : world.joint(belief: joint, before, arrival)
        }
        return joint.reduce(0, +)
    }
}
