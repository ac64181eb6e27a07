import OptimistCore
import OptimistLinearAlgebra

/// Control of a linear system with a quadratic reward:
///
///     s′ = A s + B a + b + w,   w ~ N(0, W)
///     r(s, a) = −½ (sᵀ Q s + aᵀ R a + 2 sᵀ N a) − qᵀ s − rᵀ a − constant
///     final reward r(s) = −½ sᵀ Q_f s − q_fᵀ s − constant_f
///
/// A run with `steps` actions visits steps + 1 states; the last one earns the final reward. Costs
/// carry the factor ½: a library without it has the same gains and twice the cost.
public struct LinearQuadraticProblem: Sendable, Equatable {
    /// A, `[state, state]`.
    public var dynamics: Matrix
    /// B, `[state, action]`.
    public var input: Matrix
    /// b, `[state]`.
    public var drift: [Double]
    /// W, `[state, state]`, positive semidefinite.
    public var noise: Matrix
    /// What a step costs.
    public var cost: QuadraticCost
    /// What the last state costs; nil where it costs what a step does without an action.
    public var finalCost: QuadraticStateCost?
    /// What a reward one step later is worth, in (0, 1].
    public var discount: Double

    /// A problem with its parts given; those left out are zero, the discount 1.
    public init(
        dynamics: Matrix, input: Matrix, drift: [Double]? = nil, noise: Matrix? = nil,
        cost: QuadraticCost, finalCost: QuadraticStateCost? = nil, discount: Double = 1
    ) {
        let (states, actions) = (input.rows, input.columns)
        self.dynamics = dynamics
        self.input = input
        self.drift = drift ?? Array(repeating: 0, count: states)
        self.noise = noise ?? Matrix(rows: states, columns: states)
        self.cost = cost
        self.finalCost = finalCost
        self.discount = discount
        let squares = [dynamics, self.noise, cost.state, (finalCost ?? cost.ofState).curvature]
        if squares.contains(where: { $0.rows != states || $0.columns != states })
            || cost.action.rows != actions || cost.cross.rows != states
            || self.drift.count != states || (finalCost ?? cost.ofState).slope.count != states
        {
            fail("LinearQuadraticProblem", "parts do not fit \(states) states, \(actions) actions")
        }
        if !(discount > 0 && discount <= 1) {
            fail("LinearQuadraticProblem", "the discount \(discount) is not in (0, 1]")
        }
    }

    /// The number of elements of a state.
    public var stateCount: Int { input.rows }

    /// The number of elements of an action.
    public var actionCount: Int { input.columns }

    /// A s + B a + b, the mean of the next state.
    public func next(_ state: [Double], action: [Double]) -> [Double] {
        var next = dynamics * state
        Matrix.multiply(input, action, into: &next, adding: true)
        add(drift, times: 1, to: &next)
        return next
    }

    /// The value of the last state.
    var finalValue: QuadraticValue {
        let final = finalCost ?? cost.ofState
        return QuadraticValue(
            curvature: final.curvature, slope: final.slope, constant: -final.constant)
    }
}
