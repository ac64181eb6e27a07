import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch

/// What a layer is rewarded for.
public enum LayerReward: Hashable, Sendable {
    /// What the environment pays.
    case task
    /// How much further from the origin the first so many numbers of the observation came, squared,
    /// less the squared action: |x′|² − |x|² − |a|². It asks to move, and not where to.
    case outward(Int)

    /// The rewards of single transitions, `[rows]`.
    func values(_ batch: Batch) -> Tensor {
        switch self {
        case .task: return batch.rewards.select(axis: 0, 0)
        case .outward(let count):
            let places = batch.observations.slice(axis: 2, 0..<count).square().sum(axis: 2)
            let effort = batch.actions.select(axis: 0, 0).square().sum(axis: 1)
            return places.select(axis: 0, 1) - places.select(axis: 0, 0) - effort
        }
    }

    /// Whether observations have what the reward is made of.
    func suits(_ space: Space) -> Bool {
        switch self {
        case .task: return true
        case .outward(let count):
            guard case .box = space.kind else { return false }
            return space.shape.count == 1 && space.width >= count
        }
    }
}

/// What each layer is rewarded for, the lowest first; the last one serves all above it.
public struct LayerRewards: Hashable, Sendable {
    /// At least one.
    public let rewards: [LayerReward]

    /// Rewards of layers, the lowest first; at least one.
    public init(_ rewards: [LayerReward]) {
        if rewards.isEmpty { fail("LayerRewards", "there are no rewards") }
        self.rewards = rewards
    }

    /// What a layer is rewarded for.
    public subscript(layer: Int) -> LayerReward { rewards[min(layer, rewards.count - 1)] }
}

extension LayerRewards: GrammarSetting {
    /// The forms that a setting takes.
    public static let grammar = "task or outward:NUMBERS, one for each layer, separated by commas"

    /// `task` or `outward:` and a whole number of at least 1, separated by commas; nil for anything
    /// else.
    public init?(rawValue: String) {
        var rewards: [LayerReward] = []
        for word in rawValue.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = word.split(separator: ":", omittingEmptySubsequences: false)
            if word == "task" {
                rewards.append(.task)
            } else if parts.count == 2, parts[0] == "outward", let count = Int(parts[1]), count > 0
            {
                rewards.append(.outward(count))
            } else {
                return nil
            }
        }
        self.init(rewards)
    }

    /// The choice as text, such as `outward:2,task`.
    public var rawValue: String {
        rewards.map {
            switch $0 {
            case .task: "task"
            case .outward(let count): "outward:\(count)"
            }
        }.joined(separator: ",")
    }
}
