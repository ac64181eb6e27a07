import OptimistCore
import OptimistTorch

/// The networks of an `InvertibleLayer`.
public struct InvertibleLayerSettings: Configuration {
    /// Widths of the layers that read the state.
    @Setting("Widths of the layers that read the state.", 1...8192)
    public var units = [64, 64]
    /// What the maps are made of.
    @Setting("What the maps of a layer are made of.")
    public var kind = InvertibleLayerKind.coupling
    /// Couplings, which move one half of the numbers after the other.
    @Setting("Couplings, which move one half of the numbers after the other.", 1...64)
    public var couplings = 2
    /// Autoregressive maps, every second one in reverse order.
    @Setting("Autoregressive maps, every second one in reverse order.", 1...64)
    public var transforms = 2
    /// Hidden units of a coupling or an autoregressive map.
    @Setting("Hidden units of a coupling or an autoregressive map.", 1...8192)
    public var couplingUnits = 32
    /// Bounds the logarithm of a scale.
    @Setting("Bounds the logarithm of a scale.", 0.1...20)
    public var scaleLimit = 5.0

    /// Two couplings.
    public init() {}

    /// Refuses a layer that reads nothing.
    public func validate() throws {
        if units.isEmpty {
            throw ConfigurationError.outOfRange(
                key: "units", value: "", allowed: "at least one width")
        }
    }
}

/// The settings of `LatentSpacePolicy`.
public struct LatentSpacePolicySettings: AgentSettings {
    /// Steps of random actions before the first update, and steps that each further layer waits for.
    @Setting("Steps before the first update of a layer.", 0...10_000_000)
    public var warmUpSteps = 500
    /// Layers.
    @Setting("Layers.", 1...64)
    public var layers = 2
    /// Updates of a layer before it is frozen and the next one begins; the last one goes on.
    @Setting("Updates of a layer before it is frozen and the next one begins.", 1...1_000_000_000)
    public var layerUpdates = 9_500
    /// What each layer is rewarded for.
    @Setting("What each layer is rewarded for: " + LayerRewards.grammar + ".")
    public var rewards = LayerRewards([.task])
    /// Nats that a unit of reward is worth to each layer, the lowest first; the last one serves all
    /// above it.
    @Setting("Nats that a unit of reward is worth to each layer, the lowest first.", 1e-9...1e9)
    public var rewardScales = [1.0]
    /// Numbers of the observation, the first ones, that layers below the uppermost see; none for
    /// all.
    @Setting("First numbers of the observation that lower layers see; none for all.", 1...1_000_000)
    public var lowerObservations: Int? = nil
    /// Steps between rounds of updates.
    @Setting("Steps between rounds of updates.", 1...1_000_000)
    public var every = 1
    /// Updates in a round.
    @Setting("Updates in a round.", 1...1_000_000)
    public var updates = 1
    /// Transitions in an update.
    @Setting("Transitions in an update.", 1...1_000_000)
    public var batch = 128
    /// The discount of a step.
    @Setting("The discount of a step.", 0.0...1)
    public var discount = 0.99
    /// The size of a step of Adam.
    @Setting("The size of a step of Adam, for layers and critics.", 1e-9...1)
    public var learningRate = 1e-3
    /// The share of the way that target critics move in an update.
    @Setting("The share of the way that target critics move in an update.", 1e-6...1)
    public var targetRate = 0.01
    /// Which critic's value a layer is improved by.
    @Setting("Which critic's value a layer is improved by.")
    public var policyCritic = PolicyCritic.least
    /// Updates that a record tells of.
    @Setting("Updates that a record tells of.", 1...10_000_000)
    public var reportEvery = 500
    /// The invertible layers.
    public var layer = InvertibleLayerSettings()
    /// The network of the critics.
    public var critics = LatentSpacePolicySettings.standardCritics

    private static let standardCritics: ValueNetworkSettings = {
        var critics = ValueNetworkSettings()
        critics.units = [64, 64]
        return critics
    }()

    /// Two layers of small networks.
    public init() {}

    /// Refuses scales for no layer, and rewards or scales for more layers than there are.
    public func validate() throws {
        for (key, count) in [
            ("rewards", rewards.rewards.count), ("rewardScales", rewardScales.count),
        ]
        where count > layers {
            throw ConfigurationError.inconsistent(
                "\(key) names \(count) for \(layers) \(layers == 1 ? "layer" : "layers"): give at "
                    + "most one for each layer, or set layers=\(count)")
        }
        if rewardScales.isEmpty {
            throw ConfigurationError.outOfRange(
                key: "rewardScales", value: "", allowed: "at least one number")
        }
    }

    /// Nats that a unit of reward is worth to a layer.
    func rewardScale(_ layer: Int) -> Double {
        rewardScales[min(layer, rewardScales.count - 1)]
    }

    /// What the critics of soft actor-critic are made with.
    var criticSettings: SACSettings {
        var settings = SACSettings()
        settings.networks.units = critics.units
        settings.networks.activation = critics.activation
        (settings.learningRate, settings.targetRate) = (learningRate, targetRate)
        return settings
    }
}
