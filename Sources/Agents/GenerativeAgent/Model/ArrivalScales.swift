import OptimistCore
import OptimistExperience
import OptimistTorch

/// The units of an agent's networks: observations and rewards with mean 0 and deviation 1 over the
/// first part of training, then frozen, so that densities stay comparable.
package struct ArrivalScales: Codable, Equatable {
    private(set) var observation: Normalizer
    /// What 0 stands for in standardized rewards.
    package private(set) var rewardMiddle = 0.0
    /// What 1 stands for in standardized rewards.
    package private(set) var rewardUnit = 1.0
    private(set) var isFrozen = false

    /// Scales before anything was seen.
    package init(observations: Int, rewardMiddle: Double = 0, rewardUnit: Double = 1) {
        observation = Normalizer(width: observations)
        observation.smallestDeviation = 1e-6
        self.rewardMiddle = rewardMiddle
        self.rewardUnit = rewardUnit
    }

    /// Takes the statistics of all that was seen, until there is enough of it.
    ///
    /// - Parameters:
    ///   - replay: what was seen.
    ///   - enough: steps after which nothing changes any more.
    ///   - binaryRewards: whether rewards are 0 or 1 and stay so.
    /// - Throws: `AgentError.unsuitable` for another reward than 0 and 1 where these are promised.
    mutating func fit(_ replay: Replay, enough: Int, binaryRewards: Bool = false) throws {
        if isFrozen { return }
        let batch = replay.allTransitions()
        observation.fit(batch.observations.slice(axis: 0, 1..<2))
        isFrozen = replay.appended >= enough
        let rewards = batch.rewards.to(.float64)
        if binaryRewards { return try requireBinary(rewards) }
        rewardMiddle = rewards.mean().item()
        let deviation = (rewards - rewardMiddle).square().mean().item().squareRoot()
        // Where rewards hardly differ, as where each step pays 1, their size is the unit.
        let size = abs(rewardMiddle)
        rewardUnit = deviation >= 0.1 * size && deviation > 0 ? deviation : size > 0 ? size : 1
    }

    private func requireBinary(_ rewards: Tensor) throws {
        let rest = (rewards * (rewards - 1)).abs()
        guard rest.max().item() > 0 else { return }
        let other = rewards.doubles()[Int(rest.flattened().argmax().item())]
        throw AgentError.unsuitable(
            algorithm: GenerativeAgent.algorithm.name, world: "this environment",
            reason: "model.binaryRewards promises rewards of 0 and 1, and there was one of "
                + "\(other)")
    }

    /// Standardized rewards.
    func standardize(_ rewards: Tensor) -> Tensor {
        (rewards - rewardMiddle) * (1 / rewardUnit)
    }
}
