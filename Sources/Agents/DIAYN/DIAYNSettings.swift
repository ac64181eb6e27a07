import OptimistCore
import OptimistTorch

/// The settings of `DIAYN`.
public struct DIAYNSettings: AgentSettings {
    /// Skills that are told apart.
    @Setting("Skills that are told apart.", 1...10_000)
    public var skills = 4
    /// Widths of the hidden layers of the discriminator.
    @Setting("Widths of the hidden layers of the discriminator.", 1...8192)
    public var discriminatorUnits = [64, 64]
    /// The size of a step of the discriminator's Adam.
    @Setting("The size of a step of the discriminator's Adam.", 1e-9...1)
    public var discriminatorRate = 1e-3
    /// The soft actor-critic that learns the skills.
    public var soft = DIAYNSettings.standardSoft

    private static let standardSoft: SACSettings = {
        var soft = SACSettings()
        (soft.temperature, soft.batch, soft.targetRate) = (0.1, 128, 0.01)
        soft.learningRate = 1e-3
        soft.networks.units = [64, 64]
        return soft
    }()

    /// Small networks, and the temperature of the paper.
    public init() {}

    /// Steps of random actions before the first update.
    public var warmUpSteps: Int {
        get { soft.warmUpSteps }
        set { soft.warmUpSteps = newValue }
    }

    /// Skills are told apart by what is seen, and drawn for an episode: the policy has no memory.
    public func validate() throws {
        if soft.networks.memory > 0 {
            throw ConfigurationError.inconsistent(
                "skills are told apart by single states: leave soft.networks.memory 0")
        }
    }
}
