import OptimistCore

extension EnvironmentExamination {
    /// Whether the known reward and termination agree with what the steps of a walk returned.
    mutating func checkKnownFunctions(_ walk: Walk) {
        let width = environment.observationSpace.width
        let actionWidth = environment.actionSpace.width
        guard !walk.steps.isEmpty,
            walk.observations.allSatisfy({ $0.count == width }),
            walk.actions.allSatisfy({ $0.count == actionWidth })
        else { return }
        let rows = walk.observations.flatMap(\.floats)
        let actions = walk.actions.flatMap { $0 }
        let count = walk.steps.count
        rows.withUnsafeBufferPointer { rows in
            actions.withUnsafeBufferPointer { actions in
                let batch = TransitionRows(
                    observations: .init(rebasing: rows[..<(count * width)]), actions: actions,
                    nextObservations: .init(rebasing: rows[width...]), count: count)
                checkReward(batch, walk)
                checkTermination(batch, walk)
            }
        }
    }

    private mutating func checkReward(_ batch: TransitionRows, _ walk: Walk) {
        guard let reward = environment.knownReward else { return }
        var known = [Float](repeating: .nan, count: batch.count)
        known.withUnsafeMutableBufferPointer { reward.evaluate(batch, $0) }
        for (index, step) in walk.steps.enumerated() {
            let tolerance = 1e-4 * (1 + abs(step.reward))
            if !(abs(Double(known[index]) - step.reward) <= tolerance), step.reward.isFinite {
                report(
                    .knownReward,
                    "the known reward of step \(index + 1) is \(known[index]), the step returned "
                        + "\(step.reward); correct one, or give no known reward")
                return
            }
        }
    }

    private mutating func checkTermination(_ batch: TransitionRows, _ walk: Walk) {
        guard let termination = environment.knownTermination else { return }
        var known = [Bool](repeating: false, count: batch.count)
        known.withUnsafeMutableBufferPointer { termination.evaluate(batch, $0) }
        for (index, step) in walk.steps.enumerated()
        where known[index] != (step.ending == .terminated) {
            report(
                .knownTermination,
                "the known termination says that step \(index + 1) "
                    + (known[index] ? "ended" : "did not end")
                    + " the task, the step returned \(step.ending); correct one, or give no known "
                    + "termination")
            return
        }
    }
}
