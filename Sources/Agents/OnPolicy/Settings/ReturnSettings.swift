import OptimistCore

/// What the rewards of a rollout are summed into.
public struct ReturnSettings: Configuration {
    /// The discount of a step.
    @Setting("The discount of a step.", 0.0...1)
    public var discount = 0.99
    /// λ of the advantages: 1 for returns less the value, 0 for one-step differences.
    @Setting("The mixing weight of advantages, lambda.", 0.0...1)
    public var lambda = 0.95

    /// Discounted by 0.99, with λ 0.95.
    public init() {}

    /// Others than the usual ones.
    package init(discount: Double = 0.99, lambda: Double) {
        self.discount = discount
        self.lambda = lambda
    }
}
