import OptimistCore

extension BayesianFilter {
    /// Filters a sequence from the initial belief on.
    ///
    /// - Parameters:
    ///   - observations: what each step emitted, nil where it is missing: the update is skipped.
    ///   - actions: the action at each step, for all steps or all but the last; nil where the
    ///     system has none.
    /// - Throws: what the filter's steps throw.
    public mutating func run(
        _ observations: [Observation?], actions: [Action]? = nil
    ) throws -> FilterResult<Belief> {
        try run(observations, actions: actions) { filter, belief, action, step in
            try filter.predict(belief, action: action, step: step)
        }
    }

    /// The beliefs about the steps that follow a belief, without observations of them.
    ///
    /// - Parameters:
    ///   - belief: that of `step`, updated with its observation where there was one.
    ///   - step: the step that the belief is about, from 0.
    ///   - count: the number of further steps.
    ///   - actions: the actions at `step`, `step + 1`, …; nil where the system has none.
    /// - Returns: the beliefs about `step + 1`, …, `step + count`.
    public mutating func forecast(
        from belief: Belief, step: Int, count: Int, actions: [Action]? = nil
    ) throws -> [Belief] {
        if let actions, actions.count < count {
            fail("BayesianFilter.forecast", "\(actions.count) actions for \(count) steps")
        }
        var (belief, forecast) = (belief, [Belief]())
        for ahead in 0..<count {
            belief = try predict(belief, action: actions?[ahead], step: step + ahead)
            forecast.append(belief)
        }
        return forecast
    }

    /// The loop of all runs, with the way from a step to the next one as a closure.
    mutating func run(
        _ observations: [Observation?], actions: [Action]?,
        predict: (inout Self, Belief, Action?, Int) throws -> Belief
    ) throws -> FilterResult<Belief> {
        let count = observations.count
        if let actions, actions.count != count, actions.count != count - 1 {
            fail("BayesianFilter.run", "\(actions.count) actions for \(count) steps")
        }
        var (predictions, beliefs, logLikelihoods) = ([Belief](), [Belief](), [Double]())
        for (step, observation) in observations.enumerated() {
            func action(_ index: Int) -> Action? {
                actions.flatMap { index < $0.count ? $0[index] : nil }
            }
            let prediction =
                step == 0
                ? try initialBelief()
                : try predict(&self, beliefs[step - 1], action(step - 1), step - 1)
            predictions.append(prediction)
            guard let observation else {
                beliefs.append(prediction)
                logLikelihoods.append(0)
                continue
            }
            let (belief, logLikelihood) = try update(
                prediction, observation: observation, action: action(step), step: step)
            beliefs.append(belief)
            logLikelihoods.append(logLikelihood)
        }
        return FilterResult(
            predictions: predictions, beliefs: beliefs, logLikelihoods: logLikelihoods)
    }
}
