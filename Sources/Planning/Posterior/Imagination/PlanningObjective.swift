import OptimistCore

/// What a planner looks for in imagination: the planning bound's weights.
public struct PlanningObjective: Sendable, Equatable {
    /// Actions looked ahead.
    public var horizon: Int
    /// Weight of each further step, in 0…1.
    public var discount: Double
    /// Weight of mutual information: 1 for the bound as Marino and Yue print it, 0 for the bound
    /// that keeps state consistency, which cancels it.
    public var informationWeight: Double
    /// Whether mutual information is measured, be it only for the record; where its weight is above
    /// 0 it always is.
    public var measuresInformation: Bool

    /// An objective with its parts.
    public init(
        horizon: Int, discount: Double = 1, informationWeight: Double = 0,
        measuresInformation: Bool = false
    ) {
        if horizon < 1 || !(0...1 ~= discount) || !(informationWeight >= 0) {
            fail(
                "PlanningObjective",
                "a horizon of \(horizon), a discount of \(discount), a weight of "
                    + "\(informationWeight)")
        }
        self.horizon = horizon
        self.discount = discount
        self.informationWeight = informationWeight
        self.measuresInformation = measuresInformation || informationWeight > 0
    }
}
