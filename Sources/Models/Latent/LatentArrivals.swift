import OptimistCore
import OptimistExperience
import OptimistTorch

/// What an agent with a latent state sees of sequences, in the numbers that its networks work with.
public struct LatentArrivals {
    /// `[time, batch, observation]`, normalized.
    public var observations: Tensor
    /// `[time, batch]`, standardized; what is there where nothing came is never looked at.
    public var rewards: Tensor
    /// `[time, batch]`: 1 where an episode starts, so that no reward came.
    public var isFirst: Tensor
    /// `[time, batch]`: 1 where the task ended with the arrival.
    public var ended: Tensor
    /// The action before each arrival as the networks take it, `[time, batch, action]`.
    public var actions: Tensor
    /// What was seen before each arrival as a flow over observations takes it, `[time, batch, past]`;
    /// nil where there is no such flow.
    public var past: Tensor?

    /// Arrivals with their parts.
    public init(
        observations: Tensor, rewards: Tensor, isFirst: Tensor, ended: Tensor, actions: Tensor,
        past: Tensor? = nil
    ) {
        self.observations = observations
        self.rewards = rewards
        self.isFirst = isFirst
        self.ended = ended
        self.actions = actions
        self.past = past
    }

    /// The arrivals of one step, `[batch, ...]`.
    public func at(_ time: Int) -> LatentArrivals {
        LatentArrivals(
            observations: observations[time], rewards: rewards[time], isFirst: isFirst[time],
            ended: ended[time], actions: actions[time], past: past?[time])
    }

    /// What the encoder sees of each arrival: observation, reward, last action, and whether it is the
    /// first; `[..., observation + action + 2]`.
    ///
    /// - Parameter observationOnly: whether all but the observation is 0, as for an agent without
    ///   memory: a reward or an action tells of the past.
    public func evidence(observationOnly: Bool = false) -> Tensor {
        let rest = Tensor.concatenated(
            [
                (rewards * (1 - isFirst)).unsqueezed(axis: -1), actions,
                isFirst.unsqueezed(axis: -1),
            ], axis: -1)
        return Tensor.concatenated(
            [observations, observationOnly ? Tensor.zeros(like: rest) : rest], axis: -1)
    }

    /// The width of `evidence`.
    public static func evidenceWidth(observation: Int, action: Int) -> Int {
        observation + action + 2
    }
}
