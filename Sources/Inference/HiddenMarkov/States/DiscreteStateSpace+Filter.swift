import Foundation
import OptimistCore

extension DiscreteStateSpace {
    /// The forward pass with scaling: beliefs about each state given the observations so far.
    ///
    /// pred_0 = initial; c_t = Σ_s pred_t(s) p(x_t | s); filt_t = pred_t p(x_t | ·)/c_t;
    /// pred_{t+1} = filt_tᵀ P. The log evidence is Σ log c_t.
    ///
    /// - Parameters:
    ///   - likelihoods: log p(x_t | s), [T, S].
    ///   - actions: the action at each source step, at least T − 1; nil without actions.
    ///   - policy: what to do about an observation that the model excludes.
    /// - Throws: `HiddenMarkovError`.
    public func filter(
        _ likelihoods: LikelihoodTable, actions: [Int]? = nil,
        onImpossible policy: ImpossibleObservationPolicy = .refuse
    ) throws -> FilteredStates {
        let count = likelihoods.stepCount * stateCount
        var filtered = [Double](repeating: 0, count: count)
        var predicted = [Double](repeating: 0, count: count)
        var evidence = [Double](repeating: 0, count: likelihoods.stepCount)
        let resets = try forward(
            likelihoods, actions: actions, policy, &filtered, &predicted, &evidence)
        return FilteredStates(
            logEvidence: evidence.reduce(0, +), stepLogEvidence: evidence, filtered: filtered,
            predicted: predicted, resets: resets, stateCount: stateCount)
    }

    /// log p(x_{0:T−1} | a) in nats; −∞ where the model excludes an observation.
    public func logEvidence(_ likelihoods: LikelihoodTable, actions: [Int]? = nil) throws -> Double
    {
        do {
            return try filter(likelihoods, actions: actions).logEvidence
        } catch HiddenMarkovError.impossibleObservation {
            return -.infinity
        }
    }

    /// log p(x_{T:T+K−1} | x_{<T}): the joint probability of what comes next, in nats.
    ///
    /// - Parameters:
    ///   - likelihoods: those of the K next observations.
    ///   - past: the pass over the T steps before.
    ///   - actions: the actions at steps T − 1, T, …; nil without actions.
    public func logEvidence(
        ofNext likelihoods: LikelihoodTable, after past: FilteredStates, actions: [Int]? = nil
    ) throws -> Double {
        check(likelihoods)
        var belief = past.belief(at: past.stepCount - 1)
        var total = 0.0
        for k in 0..<likelihoods.stepCount {
            let action = actions.flatMap { k < $0.count ? $0[k] : nil }
            belief = try predict(belief, step: past.stepCount - 1 + k, action: action)
            guard let evidence = update(&belief, likelihoods, step: k) else { return -.infinity }
            total += evidence
        }
        return total
    }

    /// Bayes' rule in place; nil where the observation is impossible, else its log evidence.
    package func update(
        _ belief: inout [Double], _ likelihoods: LikelihoodTable, step: Int
    ) -> Double? {
        let prediction = belief
        return belief.withUnsafeMutableBufferPointer { result in
            prediction.withUnsafeBufferPointer { prediction in
                likelihoods.logLikelihoods.withUnsafeBufferPointer { logs in
                    ForwardKernel.updateInLogs(
                        prediction.baseAddress!, logs.baseAddress! + step * stateCount,
                        result.baseAddress!, stateCount)
                }
            }
        }
    }

    private func check(_ likelihoods: LikelihoodTable) {
        if likelihoods.stateCount != stateCount {
            fail(
                "DiscreteStateSpace.filter",
                "likelihoods of \(likelihoods.stateCount) states for \(stateCount)")
        }
    }

    /// Writes the forward pass into buffers of T·S, T·S and T; returns the resets.
    package func forward(
        _ likelihoods: LikelihoodTable, actions: [Int]?, _ policy: ImpossibleObservationPolicy,
        _ filtered: inout [Double], _ predicted: inout [Double], _ evidence: inout [Double]
    ) throws -> [Int] {
        check(likelihoods)
        let (steps, count) = (likelihoods.stepCount, stateCount)
        if steps == 0 { throw HiddenMarkovError.empty("steps") }
        let tables: [Int]? =
            variation == .stationary ? nil : try offsets(count: steps - 1, actions: actions)
        for state in 0..<count { predicted[state] = initial[state] }
        var (resets, rescued): ([Int], [(step: Int, logEvidence: Double)]) = ([], [])
        var next = 0
        while true {
            let stop = tables.withPointer { tables in
                ForwardKernel.run(
                    from: next, steps: steps, states: count, transitions: transitions,
                    tables: tables, scaled: likelihoods.scaled, filtered: &filtered,
                    predicted: &predicted, evidence: &evidence)
            }
            if stop == steps { break }
            let row = stop * count..<(stop + 1) * count
            var belief = Array(predicted[row])
            var known = update(&belief, likelihoods, step: stop)
            if known == nil && policy == .reset {
                belief = initial
                predicted.replaceSubrange(row, with: initial)
                known = update(&belief, likelihoods, step: stop)
                resets.append(stop)
            }
            guard let known else { throw HiddenMarkovError.impossibleObservation(step: stop) }
            filtered.replaceSubrange(row, with: belief)
            evidence[stop] = 1
            rescued.append((stop, known))
            next = stop + 1
        }
        for step in 0..<steps { evidence[step] = log(evidence[step]) + likelihoods.shifts[step] }
        for (step, logEvidence) in rescued { evidence[step] = logEvidence }
        return resets
    }
}

extension Optional where Wrapped == [Int] {
    /// Runs a closure with a pointer to the numbers, nil where there are none.
    fileprivate func withPointer<Result>(
        _ body: (UnsafePointer<Int>?) -> Result
    ) -> Result {
        guard let self else { return body(nil) }
        return self.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
