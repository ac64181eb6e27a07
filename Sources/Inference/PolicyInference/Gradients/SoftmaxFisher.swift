import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// The Fisher information of the trajectories of a softmax policy by its logits θ(s, a):
///
///     F = Σ_s visits(s) (diag π(· | s) − π(· | s) π(· | s)ᵀ)
///
/// Scores of different steps are uncorrelated, so the information of a trajectory is the sum of those
/// of its steps, and logits of different states (and, where each step has its own, of different steps)
/// do not mix (Kakade 2002; Bagnell and Schneider 2003).
public struct SoftmaxFisher: Sendable {
    /// The pairs.
    public let pairs: StateActionPairs
    /// π(a | s), `[pairs]`.
    public let policy: [Double]
    /// How often each state is acted in, in expectation, `[states]`.
    public let visits: [Double]

    /// The information of a policy that acts so often in each state.
    public init(_ pairs: StateActionPairs, policy: [Double], visits: [Double]) {
        if policy.count != pairs.count || visits.count != pairs.states {
            fail(
                "SoftmaxFisher",
                "\(policy.count) probabilities, \(visits.count) visits for \(pairs.count) pairs, "
                    + "\(pairs.states) states")
        }
        (self.pairs, self.policy, self.visits) = (pairs, policy, visits)
    }

    /// F v, `[pairs]`.
    public func product(_ vector: [Double]) -> [Double] {
        check("product", vector)
        var result = vector
        for state in 0..<pairs.states {
            let range = pairs.range(of: state)
            let mean = range.reduce(0) { $0 + policy[$1] * vector[$1] }
            for pair in range {
                result[pair] = visits[state] * policy[pair] * (vector[pair] - mean)
            }
        }
        return result
    }

    /// F as a matrix, `[pairs, pairs]`.
    public var matrix: Matrix {
        var result = Matrix(rows: pairs.count, columns: pairs.count)
        for state in 0..<pairs.states {
            let range = pairs.range(of: state)
            for row in range {
                for column in range {
                    let own = row == column ? policy[row] : 0
                    result[row, column] = visits[state] * (own - policy[row] * policy[column])
                }
            }
        }
        return result
    }

    /// F⁺ g, the natural gradient of least norm, `[pairs]`.
    ///
    /// A constant added to the logits of a state, a state that is never met and an action that is
    /// never taken do not move the law of trajectories: there F is singular and the result 0.
    public func naturalGradient(_ gradient: [Double]) -> [Double] {
        check("naturalGradient", gradient)
        var result = Array(repeating: 0.0, count: gradient.count)
        for state in 0..<pairs.states where visits[state] > 0 {
            let taken = pairs.range(of: state).filter { policy[$0] > 0 }
            if taken.isEmpty { continue }
            let count = Double(taken.count)
            let mean = taken.reduce(0) { $0 + gradient[$1] } / count
            for pair in taken {
                result[pair] = (gradient[pair] - mean) / (visits[state] * policy[pair])
            }
            let shift = taken.reduce(0) { $0 + result[$1] } / count
            for pair in taken { result[pair] -= shift }
        }
        return result
    }

    /// (F + damping I)⁻¹ g by conjugate gradients; without damping it tends to `naturalGradient`.
    ///
    /// - Parameters:
    ///   - gradient: g, `[pairs]`, in the range of F as gradients are.
    ///   - damping: what is added to the diagonal, at least 0.
    ///   - iterations: the most products with F.
    ///   - tolerance: stops once the residual's norm is at most this.
    public func naturalGradient(
        _ gradient: [Double], damping: Double, iterations: Int, tolerance: Double
    ) -> ConjugateGradientSolution {
        check("naturalGradient", gradient)
        return conjugateGradient(
            apply: { vector in
                zip(product(vector), vector).map { $0 + damping * $1 }
            }, rightHandSide: gradient, iterations: iterations, tolerance: tolerance)
    }

    /// Σ_s visits(s) KL(π(· | s) ‖ other(· | s)) in nats, which ½ vᵀ F v is near π.
    public func divergence(to other: [Double]) -> Double {
        check("divergence", other)
        var sum = 0.0
        for state in 0..<pairs.states where visits[state] > 0 {
            for pair in pairs.range(of: state) where policy[pair] > 0 {
                sum += visits[state] * policy[pair] * log(policy[pair] / other[pair])
            }
        }
        return sum
    }

    private func check(_ operation: String, _ vector: [Double]) {
        if vector.count != pairs.count {
            fail("SoftmaxFisher.\(operation)", "\(vector.count) elements for \(pairs.count) pairs")
        }
    }
}

extension SoftDynamicProgramming {
    /// The Fisher information of trajectories by logits that all steps share: summed over the steps.
    ///
    /// - Parameters:
    ///   - policy: π(a | s), `[pairs]`.
    ///   - horizon: the number of steps.
    public func trajectoryFisher(
        of policy: [Double], horizon: Int
    ) throws(DynamicProgrammingError) -> SoftmaxFisher {
        if horizon < 1 { fail("SoftDynamicProgramming.trajectoryFisher", "horizon \(horizon)") }
        let marginals = try stateMarginals(Array(repeating: policy, count: horizon))
        var visits = Array(repeating: 0.0, count: pairs.states)
        for marginal in marginals { add(marginal, times: 1, to: &visits) }
        return SoftmaxFisher(pairs, policy: policy, visits: visits)
    }

    /// The Fisher information of trajectories by logits of each step, one block a step.
    ///
    /// - Parameter policy: π_t(a | s), `[steps][pairs]`.
    public func trajectoryFisher(
        of policy: [[Double]]
    ) throws(DynamicProgrammingError) -> [SoftmaxFisher] {
        zip(try stateMarginals(policy), policy).map {
            SoftmaxFisher(pairs, policy: $1, visits: $0)
        }
    }

    /// The Fisher information of a stationary policy without an end, each step weighed by γ^{t−1}.
    ///
    /// - Throws: `DynamicProgrammingError`.
    public func trajectoryFisher(
        of policy: [Double], discount: Double, stopping: Stopping = .init()
    ) throws(DynamicProgrammingError) -> SoftmaxFisher {
        SoftmaxFisher(
            pairs, policy: policy,
            visits: try occupancy(of: policy, discount: discount, stopping: stopping))
    }
}
