import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch

/// Where a factor of the world model comes from.
public enum HeadSource: String, Codable, Sendable {
    /// A function that the environment gives.
    case known
    /// A head of the ensemble.
    case learned
}

/// The least and the largest reward that were seen.
public struct RewardRange: Codable, Sendable, Equatable {
    /// The least.
    public let low: Float
    /// The largest.
    public let high: Float

    /// A range from its ends.
    public init(low: Float, high: Float) {
        self.low = low
        self.high = high
    }
}

/// A world model for vector observations: an ensemble predicts the change of the observation, and,
/// where the environment does not offer them as functions, reward and termination.
public final class EnsembleDynamics {
    /// The ensemble; predictions are `[change of observation | reward? | termination logit?]`.
    public let ensemble: ProbabilisticEnsemble
    /// Numbers in an observation.
    public let observationWidth: Int
    /// Numbers in an action.
    public let actionWidth: Int
    /// The reward, where it is known.
    public let knownReward: RewardFunction?
    /// The termination, where it is known.
    public let knownTermination: TerminationFunction?
    /// The least and the largest reward of the last fit's transitions; nil before the first.
    public package(set) var rewardRange: RewardRange?

    /// A world model that has seen nothing.
    ///
    /// - Parameters:
    ///   - settings: those of the ensemble.
    ///   - observations: a vector box.
    ///   - actions: a box, in the agent's units.
    ///   - reward: the known reward in the same units; nil to learn it.
    ///   - termination: the known termination; nil to learn it.
    ///   - generator: draws the weights.
    public init(
        _ settings: DynamicsSettings, observations: Space, actions: Space,
        reward: RewardFunction?, termination: TerminationFunction?,
        using generator: inout Generator
    ) {
        observationWidth = observations.width
        actionWidth = actions.width
        knownReward = reward
        knownTermination = termination
        let logits = termination == nil ? 1 : 0
        ensemble = ProbabilisticEnsemble(
            settings, inputs: observationWidth + actionWidth,
            targets: observationWidth + (reward == nil ? 1 : 0) + logits, logits: logits,
            using: &generator)
    }

    /// Where the reward comes from.
    public var rewardSource: HeadSource { knownReward == nil ? .learned : .known }
    /// Where the termination comes from.
    public var terminationSource: HeadSource { knownTermination == nil ? .learned : .known }
    /// The column of predictions that holds the reward, where it is learned.
    public var rewardColumn: Int? { knownReward == nil ? observationWidth : nil }
    /// The column of predictions that holds the termination's logit, where it is learned.
    public var terminationColumn: Int? { knownTermination == nil ? ensemble.targets - 1 : nil }

    /// Fits the ensemble to every transition of a batch of `time` 1.
    @discardableResult
    public func fit(_ batch: Batch, using generator: inout Generator) throws -> EnsembleFit {
        if batch.time != 1 { fail("EnsembleDynamics.fit", "a batch of \(batch.time) steps") }
        rewardRange = RewardRange(
            low: Float(batch.rewards.min().item()), high: Float(batch.rewards.max().item()))
        let before = batch.observations.select(axis: 0, 0)
        let after = batch.observations.select(axis: 0, 1)
        let actions = batch.actions.select(axis: 0, 0)
        var goals = [after - before]
        if rewardColumn != nil { goals.append(batch.rewards.reshaped([batch.width, 1])) }
        if terminationColumn != nil {
            goals.append(1 - batch.continuation.reshaped([batch.width, 1]))
        }
        return try ensemble.fit(
            Tensor.concatenated([before, actions], axis: 1),
            Tensor.concatenated(goals, axis: 1), using: &generator)
    }

    /// Writes the ensemble and the range of rewards.
    public func save(to archive: Archive) {
        ensemble.save(to: archive.scope("ensemble"))
        if let rewardRange { archive.store(rewardRange, as: "rewardRange") }
    }

    /// Reads what `save` wrote into a world model of the same shape.
    ///
    /// - Throws: `ArchiveError` where a part is missing or of another shape.
    public func load(from archive: Archive) throws {
        try ensemble.load(from: archive.scope("ensemble"))
        rewardRange = archive.contains("rewardRange") ? try archive.value("rewardRange") : nil
    }

    /// The ensemble as a transition that is rolled out in one call.
    public var transition: FusedTransition {
        var transition = FusedTransition(
            ensemble.network, states: observationWidth, actions: actionWidth,
            bounds: ensemble.bounds)
        transition.inputMean = ensemble.normalizer.mean.map(Float.init)
        transition.inputScale = ensemble.normalizer.deviation.map { Float(1 / $0) }
        return transition
    }
}
