import OptimistCore

/// A filter whose steps may be of unequal length in time.
public protocol IrregularBayesianFilter: BayesianFilter {
    /// The belief about step `step + 1` from that about `step`, an interval of time earlier.
    ///
    /// - Parameters:
    ///   - belief: that of `step`, updated with its observation where there was one.
    ///   - action: the action at `step`; nil where the system has none.
    ///   - step: the source step, from 0.
    ///   - interval: the time between the two steps, in the model's unit.
    mutating func predict(
        _ belief: Belief, action: Action?, step: Int, interval: Double
    ) throws -> Belief
}

extension IrregularBayesianFilter {
    /// The belief about the next step where all steps are one unit of time long.
    @inlinable
    public mutating func predict(
        _ belief: Belief, action: Action?, step: Int
    ) throws -> Belief {
        try predict(belief, action: action, step: step, interval: 1)
    }

    /// Filters a sequence whose steps are of unequal length; see `run(_:actions:)`.
    ///
    /// - Parameters:
    ///   - observations: nil where one is missing.
    ///   - actions: the action at each step, for all steps or all but the last; nil where the
    ///     system has none.
    ///   - intervals: the time from each step to the next one, one fewer than there are
    ///     observations.
    public mutating func run(
        _ observations: [Observation?], actions: [Action]? = nil, intervals: [Double]
    ) throws -> FilterResult<Belief> {
        if intervals.count != max(observations.count - 1, 0) {
            fail(
                "IrregularBayesianFilter.run",
                "\(intervals.count) intervals between \(observations.count) steps")
        }
        return try run(observations, actions: actions) { filter, belief, action, step in
            try filter.predict(belief, action: action, step: step, interval: intervals[step])
        }
    }
}
