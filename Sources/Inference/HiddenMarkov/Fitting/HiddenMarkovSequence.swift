/// One sequence to learn from; sequences may differ in length.
public struct HiddenMarkovSequence<Observation: Sendable>: Sendable {
    /// What each step emitted; nil where it is missing.
    public var observations: [Observation?]
    /// The action at each source step; nil for a chain without actions.
    public var actions: [Int]?

    /// A sequence.
    public init(_ observations: [Observation?], actions: [Int]? = nil) {
        self.observations = observations
        self.actions = actions
    }
}

/// A part of a hidden Markov model that a fit may leave as it is.
public enum HiddenMarkovPart: Sendable, Hashable, CaseIterable {
    /// The law of the first state.
    case initial
    /// The transition tables.
    case transitions
    /// The emission model.
    case emissions
}
