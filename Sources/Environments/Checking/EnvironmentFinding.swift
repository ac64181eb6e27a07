/// A mistake that `EnvironmentCheck` found in an environment.
public struct EnvironmentFinding: Sendable, Equatable {
    /// The kinds of mistakes.
    public enum Kind: String, Sendable, CaseIterable {
        /// An observation row has the wrong number of entries.
        case observationWidth
        /// Bytes where floats were promised, or the reverse.
        case observationType
        /// An observation entry is not finite.
        case observationNotFinite
        /// An observation is outside its space.
        case observationOutside
        /// A returned observation changed when the environment was stepped again.
        case observationReused
        /// A reward is not finite.
        case rewardNotFinite
        /// Random actions never ended an episode.
        case neverEnds
        /// The same seed and actions gave something else.
        case notDeterministic
        /// An action of the space, or a reset, was refused.
        case refused
        /// A reset after an ending failed.
        case resetFails
        /// An action outside the space was taken.
        case boundsIgnored
        /// An action that is not finite was taken.
        case notFiniteActionTaken
        /// The known reward disagrees with what steps return.
        case knownReward
        /// The known termination disagrees with what steps return.
        case knownTermination
        /// A step was taken after an ending.
        case stepAfterEnding
    }

    /// What kind of mistake it is.
    public let kind: Kind
    /// What is wrong, where, and what to do.
    public let sentence: String
}
