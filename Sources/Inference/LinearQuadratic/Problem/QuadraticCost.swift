import OptimistCore
import OptimistLinearAlgebra

/// What a step costs: ½ (sᵀ Q s + aᵀ R a + 2 sᵀ N a) + qᵀ s + rᵀ a + constant.
public struct QuadraticCost: Sendable, Equatable {
    /// Q, `[state, state]`, symmetric.
    public var state: Matrix
    /// R, `[action, action]`, symmetric.
    public var action: Matrix
    /// N, `[state, action]`.
    public var cross: Matrix
    /// q, `[state]`.
    public var stateSlope: [Double]
    /// r, `[action]`.
    public var actionSlope: [Double]
    /// The cost of the zero state and action.
    public var constant: Double

    /// A cost with its parts given; those left out are zero.
    public init(
        state: Matrix, action: Matrix, cross: Matrix? = nil, stateSlope: [Double]? = nil,
        actionSlope: [Double]? = nil, constant: Double = 0
    ) {
        let (states, actions) = (state.rows, action.rows)
        self.state = state
        self.action = action
        self.cross = cross ?? Matrix(rows: states, columns: actions)
        self.stateSlope = stateSlope ?? Array(repeating: 0, count: states)
        self.actionSlope = actionSlope ?? Array(repeating: 0, count: actions)
        self.constant = constant
        if state.columns != states || action.columns != actions || self.cross.rows != states
            || self.cross.columns != actions || self.stateSlope.count != states
            || self.actionSlope.count != actions
        {
            fail("QuadraticCost", "parts do not fit \(states) states and \(actions) actions")
        }
    }

    /// The cost ½ (s − goal)ᵀ Q (s − goal) + ½ aᵀ R a of being away from a goal.
    public static func distance(
        to goal: [Double], state: Matrix, action: Matrix
    ) -> QuadraticCost {
        QuadraticCost(
            state: state, action: action, stateSlope: (state * goal).map { -$0 },
            constant: state.quadratic(goal) / 2)
    }

    /// What depends on the state alone.
    public var ofState: QuadraticStateCost {
        QuadraticStateCost(curvature: state, slope: stateSlope, constant: constant)
    }

    /// The cost of a state and an action.
    public func callAsFunction(_ s: [Double], _ a: [Double]) -> Double {
        (state.quadratic(s) + action.quadratic(a)) / 2 + cross.bilinear(s, a)
            + dot(stateSlope, s) + dot(actionSlope, a) + constant
    }
}

/// What a state costs: ½ sᵀ Q s + qᵀ s + constant.
public struct QuadraticStateCost: Sendable, Equatable {
    /// Q, `[state, state]`, symmetric.
    public var curvature: Matrix
    /// q, `[state]`.
    public var slope: [Double]
    /// The cost of the zero state.
    public var constant: Double

    /// A cost with its parts given; those left out are zero.
    public init(curvature: Matrix, slope: [Double]? = nil, constant: Double = 0) {
        self.curvature = curvature
        self.slope = slope ?? Array(repeating: 0, count: curvature.rows)
        self.constant = constant
        if !curvature.isSquare || self.slope.count != curvature.rows {
            fail("QuadraticStateCost", "a slope of \(self.slope.count) for \(curvature.rows) rows")
        }
    }

    /// The cost of a state.
    public func callAsFunction(_ s: [Double]) -> Double {
        curvature.quadratic(s) / 2 + dot(slope, s) + constant
    }
}
