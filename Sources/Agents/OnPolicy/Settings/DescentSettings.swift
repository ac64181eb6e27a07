import OptimistCore

/// How a policy goes down its loss.
public struct DescentSettings: Configuration {
    /// The size of a step.
    @Setting("The size of a step.", 1e-9...1)
    public var learningRate = 7e-4
    /// Gradients of a greater global norm are scaled down to it.
    @Setting("Gradients of a greater global norm are scaled down to it.", 1e-6...1e9)
    public var clippingNorm = 0.5
    /// Whether advantages are standardized in each step; the temperature then loses its unit.
    @Setting("Whether advantages are standardized in each step.")
    public var standardizesAdvantages = false
    /// Steps of training over which what can be annealed falls to 0; none for never.
    @Setting("Steps over which the learning rate falls to 0; none for never.", 1...)
    public var annealedOver: Int? = nil

    /// The settings of classic control.
    public init() {}

    /// Others than the usual ones.
    init(
        learningRate: Double, clippingNorm: Double = 0.5, standardizesAdvantages: Bool = false
    ) {
        self.learningRate = learningRate
        self.clippingNorm = clippingNorm
        self.standardizesAdvantages = standardizesAdvantages
    }

    /// The size of a step after so many steps of training.
    func learningRate(after steps: Int) -> Double { learningRate * remaining(after: steps) }

    /// The share of what can be annealed that is left after so many steps of training.
    func remaining(after steps: Int) -> Double {
        annealedOver.map { max(0, 1 - Double(steps) / Double($0)) } ?? 1
    }
}
