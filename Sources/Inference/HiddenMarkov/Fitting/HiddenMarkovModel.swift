import OptimistCore

/// A hidden Markov model: a chain of hidden states, and what they emit.
///
/// p(s, x | a) = p(s_0) p(x_0 | s_0) Π p(s_{t+1} | s_t, a_t) p(x_{t+1} | s_{t+1}).
public struct HiddenMarkovModel<Emission: EmissionModel>: Sendable {
    /// The chain.
    public internal(set) var states: DiscreteStateSpace
    /// p(x | s).
    public internal(set) var emission: Emission

    /// A model of a chain and emissions over the same states.
    ///
    /// - Throws: `HiddenMarkovError.wrongSize` where the numbers of states differ.
    public init(states: DiscreteStateSpace, emission: Emission) throws {
        if emission.stateCount != states.stateCount {
            throw HiddenMarkovError.wrongSize(
                table: "the emission model", count: emission.stateCount,
                expected: states.stateCount)
        }
        self.states = states
        self.emission = emission
    }

    /// Beliefs about each state given the observations so far; nil observations are missing.
    public func filter(
        _ observations: [Emission.Observation?], actions: [Int]? = nil
    ) throws -> FilteredStates {
        try states.filter(emission.likelihoods(of: observations), actions: actions)
    }

    /// The law of each state given the whole sequence.
    public func smooth(
        _ observations: [Emission.Observation?], actions: [Int]? = nil, withPairs: Bool = false
    ) throws -> SmoothedStates {
        try states.smooth(
            emission.likelihoods(of: observations), actions: actions, withPairs: withPairs)
    }

    /// The most probable path of states.
    public func mostProbablePath(
        _ observations: [Emission.Observation?], actions: [Int]? = nil
    ) throws -> StatePath {
        try states.mostProbablePath(emission.likelihoods(of: observations), actions: actions)
    }

    /// A path of states and what they emitted, drawn from the model.
    public func sample(
        steps: Int, actions: [Int]? = nil, using generator: inout Generator
    ) throws -> (states: [Int], observations: [Emission.Observation]) {
        let path = try states.path(steps: steps, actions: actions, using: &generator)
        return (path, path.map { emission.sample(state: $0, using: &generator) })
    }

    /// This model as a filter that is stepped by hand.
    public var stepwise: DiscreteStateFilter<Emission> { DiscreteStateFilter(model: self) }
}

extension HiddenMarkovModel: Equatable where Emission: Equatable {}

/// A hidden Markov model stepped by hand; beliefs are laws of the state, [S].
public struct DiscreteStateFilter<Emission: EmissionModel>: BayesianFilter, Sendable {
    /// The model.
    public let model: HiddenMarkovModel<Emission>

    /// The initial law.
    public func initialBelief() -> [Double] { model.states.initial }

    /// bᵀ P of the source step.
    public func predict(_ belief: [Double], action: Int?, step: Int) throws -> [Double] {
        try model.states.predict(belief, step: step, action: action)
    }

    /// Bayes' rule.
    public func update(
        _ belief: [Double], observation: Emission.Observation, action: Int?, step: Int
    ) throws -> (belief: [Double], logLikelihood: Double) {
        let row = try model.emission.likelihoods(of: [observation])
        var updated = belief
        guard let evidence = model.states.update(&updated, row, step: 0) else {
            throw HiddenMarkovError.impossibleObservation(step: step)
        }
        return (updated, evidence)
    }
}
