import OptimistCore
import OptimistLinearAlgebra

/// A deterministic linear system with a quadratic cost over a finite horizon, whose optimal plans
/// and posteriors over plans are known in closed form:
///
///     s′ = A s + B a,   cost = ½ Σ_{t < horizon} (sᵀ Q s + aᵀ R a)
///
/// A plan is a vector of all actions, step by step.
public struct LinearQuadratic: Sendable, Equatable {
    /// A, `[state, state]`.
    public var dynamics: Matrix
    /// B, `[state, action]`.
    public var input: Matrix
    /// Q, `[state, state]`, symmetric.
    public var stateCost: Matrix
    /// R, `[action, action]`, symmetric positive definite.
    public var actionCost: Matrix
    /// The first state.
    public var initial: [Double]
    /// The number of steps.
    public var horizon: Int

    /// A problem with all its parts.
    public init(
        dynamics: Matrix, input: Matrix, stateCost: Matrix, actionCost: Matrix,
        initial: [Double], horizon: Int
    ) {
        let (states, actions) = (input.rows, input.columns)
        if dynamics.rows != states || dynamics.columns != states || stateCost.rows != states
            || stateCost.columns != states || actionCost.rows != actions
            || actionCost.columns != actions || initial.count != states || horizon < 1
        {
            fail("LinearQuadratic", "parts do not fit \(states) states and \(actions) actions")
        }
        self.dynamics = dynamics
        self.input = input
        self.stateCost = stateCost
        self.actionCost = actionCost
        self.initial = initial
        self.horizon = horizon
    }

    /// A double integrator with time step 0.1 over 20 steps from (1, 0).
    public static var doubleIntegrator: LinearQuadratic {
        LinearQuadratic(
            dynamics: Matrix([[1, 0.1], [0, 1]]), input: Matrix([[0], [0.1]]),
            stateCost: .diagonal([1, 0.1]), actionCost: Matrix([[0.01]]), initial: [1, 0],
            horizon: 20)
    }

    /// The number of elements of a plan, horizon · actions.
    public var planCount: Int { horizon * input.columns }

    /// The state after an action.
    public func next(_ state: [Double], action: [Double]) -> [Double] {
        var next = dynamics * state
        Matrix.multiply(input, action, into: &next, adding: true)
        return next
    }

    /// The cost of a plan, by rolling it out; the score of a planner is its negative.
    public func cost(of plan: [Double]) -> Double {
        if plan.count != planCount {
            fail("LinearQuadratic.cost", "a plan of \(plan.count) for \(planCount)")
        }
        var (state, cost) = (initial, 0.0)
        for t in 0..<horizon {
            let action = Array(plan[t * input.columns..<(t + 1) * input.columns])
            cost += (stateCost.quadratic(state) + actionCost.quadratic(action)) / 2
            state = next(state, action: action)
        }
        return cost
    }
}
