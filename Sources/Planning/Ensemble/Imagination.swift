import OptimistCore
import OptimistEnvironments
import OptimistModels
import OptimistTorch

/// Imagined trajectories as they grow: where each is, what it has earned, and whether it goes on.
struct Imagination {
    private let dynamics: EnsembleDynamics
    private let rows: EnsembleScorer.Rows
    private let plans: Tensor
    private let rewardRange: RewardRange?
    /// Where trajectories are, `[group, rows, observation]`.
    private(set) var observations: Tensor
    private var sums: [Double]
    /// The probability that a trajectory still goes on.
    private var survival: [Double]
    private var rewards: [Float]
    private var ended: [Bool]

    init(_ scorer: EnsembleScorer, _ rows: EnsembleScorer.Rows, _ plans: Tensor) {
        dynamics = scorer.dynamics
        self.rows = rows
        self.plans = plans
        rewardRange = scorer.limitsReward ? dynamics.rewardRange : nil
        let width = dynamics.observationWidth
        observations = scorer.starts.to(.float32).reshaped([1, rows.states, 1, width])
            .expanded([rows.groups, rows.states, rows.candidates * rows.share, width])
            .reshaped([rows.groups, rows.count, width]).contiguous()
        let count = rows.groups * rows.count
        sums = .init(repeating: 0, count: count)
        survival = .init(repeating: 1, count: count)
        rewards = .init(repeating: 0, count: count)
        ended = .init(repeating: false, count: count)
    }

    /// Moves on to the predictions `[group, rows, predictions]` of a time.
    mutating func advance(to predictions: Tensor, _ time: Int) {
        let width = dynamics.observationWidth
        let next =
            predictions.shape[2] == width
            ? predictions : predictions.slice(axis: 2, 0..<width).contiguous()
        let actions = plans.select(axis: 1, time).repeatedElements(rows.share, axis: 0)
            .expanded([rows.groups, rows.count, dynamics.actionWidth]).contiguous()
        withRows(observations, actions, next) { transition in
            judge(transition, predictions)
        }
        // Not a number must reach the sum, where it is found.
        for row in sums.indices where survival[row] != 0 {
            sums[row] += survival[row] * Double(rewards[row])
        }
        end(predictions)
        observations = next
    }

    /// Lowers the survival of what ends here: to nothing where that is known, by the predicted
    /// probability where it is learned. Its expectation in place of a draw: the score varies less,
    /// and a plan is better the farther it stays from the end, before any trajectory reaches it.
    private mutating func end(_ predictions: Tensor) {
        if dynamics.knownTermination != nil {
            for row in survival.indices where ended[row] { survival[row] = 0 }
        } else if let column = dynamics.terminationColumn {
            let goesOn = (-predictions.select(axis: 2, column)).sigmoid().floats()
            for row in survival.indices { survival[row] *= Double(goesOn[row]) }
        }
    }

    /// Rewards and terminations of a step, known or predicted.
    private mutating func judge(_ transition: TransitionRows, _ predictions: Tensor) {
        if let known = dynamics.knownReward {
            rewards.withUnsafeMutableBufferPointer { known.evaluate(transition, $0) }
        } else if let column = dynamics.rewardColumn {
            var predicted = predictions.select(axis: 2, column)
            if let range = rewardRange {
                predicted = predicted.clamped(Double(range.low), Double(range.high))
            }
            rewards = predicted.floats()
        }
        if let known = dynamics.knownTermination {
            ended.withUnsafeMutableBufferPointer { known.evaluate(transition, $0) }
        }
    }

    private func withRows(
        _ observations: Tensor, _ actions: Tensor, _ next: Tensor, _ body: (TransitionRows) -> Void
    ) {
        observations.withUnsafeBytes { before in
            actions.withUnsafeBytes { taken in
                next.withUnsafeBytes { after in
                    body(
                        TransitionRows(
                            observations: before.bindMemory(to: Float.self),
                            actions: taken.bindMemory(to: Float.self),
                            nextObservations: after.bindMemory(to: Float.self),
                            count: rows.groups * rows.count))
                }
            }
        }
    }

    /// The mean over particles of each candidate's sum, `[state, candidate]`.
    var scores: Tensor {
        Tensor(sums, shape: [rows.groups, rows.states, rows.candidates, rows.share])
            .mean(axes: [0, 3]).to(.float32)
    }
}
