import OptimistCore

/// One transition of a batch, as pointers to its rows.
struct TransitionRow {
    let observation: UnsafePointer<Float>
    let action: UnsafePointer<Float>
    let next: UnsafePointer<Float>
}

extension TransitionRows {
    /// Calls `body` with the index and the rows of each transition.
    @inline(__always)
    func forEach(
        observationWidth: Int, actionWidth: Int, _ body: (Int, TransitionRow) -> Void
    ) {
        if count == 0 { return }
        let wide = count * observationWidth
        if observations.count < wide || nextObservations.count < wide
            || actions.count < count * actionWidth
        {
            fail(
                "TransitionRows",
                "\(count) rows of \(observationWidth) and \(actionWidth) in buffers of "
                    + "\(observations.count), \(actions.count) and \(nextObservations.count)")
        }
        for index in 0..<count {
            body(
                index,
                TransitionRow(
                    observation: observations.baseAddress! + index * observationWidth,
                    action: actions.baseAddress! + index * actionWidth,
                    next: nextObservations.baseAddress! + index * observationWidth))
        }
    }
}

extension RewardFunction {
    /// The same reward always.
    public static func constant(_ reward: Float) -> RewardFunction {
        RewardFunction { rows, rewards in
            for index in 0..<rows.count { rewards[index] = reward }
        }
    }

    /// A reward computed row by row.
    @inline(__always)
    static func each(
        observationWidth: Int, actionWidth: Int,
        _ reward: @escaping @Sendable (TransitionRow) -> Double
    ) -> RewardFunction {
        RewardFunction { rows, rewards in
            rows.forEach(observationWidth: observationWidth, actionWidth: actionWidth) {
                rewards[$0] = Float(reward($1))
            }
        }
    }
}

extension TerminationFunction {
    /// A termination computed row by row.
    @inline(__always)
    static func each(
        observationWidth: Int, actionWidth: Int,
        _ ended: @escaping @Sendable (TransitionRow) -> Bool
    ) -> TerminationFunction {
        TerminationFunction { rows, flags in
            rows.forEach(observationWidth: observationWidth, actionWidth: actionWidth) {
                flags[$0] = ended($1)
            }
        }
    }
}
