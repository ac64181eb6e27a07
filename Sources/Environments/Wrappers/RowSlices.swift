import OptimistCore

/// Where the rows that a known function was written for lie within wider rows.
///
/// Wrappers that only add numbers to observations or actions keep known functions this way.
struct RowSlices: Sendable {
    let observationWidth: Int
    let observationSlice: Range<Int>
    let actionWidth: Int
    let actionSlice: Range<Int>

    func convert(_ reward: RewardFunction) -> RewardFunction {
        RewardFunction { rows, out in
            withSlices(of: rows) { reward.evaluate($0, out) }
        }
    }

    func convert(_ termination: TerminationFunction) -> TerminationFunction {
        if termination.isNever { return termination }
        return TerminationFunction { rows, out in
            withSlices(of: rows) { termination.evaluate($0, out) }
        }
    }

    private func withSlices(of rows: TransitionRows, _ body: (TransitionRows) -> Void) {
        let observations = slice(rows.observations, rows.count, observationWidth, observationSlice)
        let actions = slice(rows.actions, rows.count, actionWidth, actionSlice)
        let next = slice(rows.nextObservations, rows.count, observationWidth, observationSlice)
        observations.withUnsafeBufferPointer { observations in
            actions.withUnsafeBufferPointer { actions in
                next.withUnsafeBufferPointer { next in
                    body(
                        TransitionRows(
                            observations: observations, actions: actions, nextObservations: next,
                            count: rows.count))
                }
            }
        }
    }

    private func slice(
        _ buffer: UnsafeBufferPointer<Float>, _ count: Int, _ width: Int, _ slice: Range<Int>
    ) -> [Float] {
        if buffer.count < count * width {
            fail("TransitionRows", "\(buffer.count) floats for \(count) rows of \(width)")
        }
        var cells: [Float] = []
        cells.reserveCapacity(count * slice.count)
        for row in 0..<count {
            cells += buffer[row * width + slice.lowerBound..<row * width + slice.upperBound]
        }
        return cells
    }
}
