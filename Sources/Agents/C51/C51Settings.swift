import OptimistCore

/// The settings of `C51`.
public struct C51Settings: ValueBasedSettings {
    /// Steps of random actions before the first update.
    @Setting("Steps of random actions before the first update.", 0...10_000_000)
    public var warmUpSteps = 1_000
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
    @Setting("The size of a step of Adam.", 1e-9...1)
    public var learningRate = 2.5e-4
    /// ε of Adam.
    @Setting("The number that Adam adds to the root of its second average.", 0.0...1)
    public var epsilon = 1e-8
    /// Returns that a law is over.
    @Setting("Returns that a law is over.", 2...10_000)
    public var atoms = 51
    /// The least return.
    @Setting("The least discounted return, in reward units.")
    public var minimum = -100.0
    /// The largest return.
    @Setting("The largest discounted return, in reward units.")
    public var maximum = 100.0
    /// How the network of the targets follows.
    @Setting("How the network of the targets follows: " + TargetCopy.grammar + ".")
    public var target = TargetCopy.hard(every: 500)
    /// The scale at which risk is sought, or shunned if it is negative; none for the mean return.
    @Setting("Nats of a unit of reward at which risk is sought, negative to shun; none for means.")
    public var riskScale: Double? = nil
    /// Updates that a record tells of.
    @Setting("Updates that a record tells of.", 1...10_000_000)
    public var reportEvery = 500
    /// Uniform actions among the best ones.
    public var exploration = ExplorationSettings()
    /// The network of the laws.
    public var networks = ValueNetworkSettings()

    /// Settings for small tasks.
    public init() {}

    /// Refuses atoms without a range, and risk at scale 0.
    public func validate() throws {
        if !(minimum < maximum) {
            throw ConfigurationError.inconsistent(
                "minimum \(minimum) is not below maximum \(maximum): give the least and the largest "
                    + "discounted return")
        }
        if riskScale == 0 {
            throw ConfigurationError.inconsistent("riskScale is 0: give none for the mean return")
        }
    }
}
