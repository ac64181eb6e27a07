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
        var filtered = [Double](uninitialized: count)
        var predicted = [Double](uninitialized: count)
        var evidence = [Double](uninitialized: likelihoods.stepCount)
        let resets = try forward(
            likelihoods, actions: actions, policy, &filtered, &predicted, &evidence)
        return FilteredStates(
            logEvidence: evidence.reduce(0, +), stepLogEvidence: evidence, filtered: filtered,
            predicted: predicted, resets: resets, stateCount: stateCount)
    }

    /// log p(x_{0:T−1} | a) in nats; −∞ where the model excludes an observation.
    ///
    /// Beliefs are not kept: the pass runs in blocks that stay in the processor's cache.
    public func logEvidence(
        _ likelihoods: LikelihoodTable, actions: [Int]? = nil
    ) throws -> Double {
        do {
            return try ForwardPasses(self, likelihoods, actions).logEvidence()
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

    func check(_ likelihoods: LikelihoodTable) {
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
        let passes = try ForwardPasses(self, likelihoods, actions, policy)
        for state in 0..<stateCount { predicted[state] = initial[state] }
        return try passes.run(0..<likelihoods.stepCount, &filtered, &predicted, &evidence)
    }
}
