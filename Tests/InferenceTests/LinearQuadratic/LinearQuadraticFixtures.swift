import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra

extension LinearQuadraticProblem {
    /// A double integrator with a time step of 0.1.
    static func doubleIntegrator(
        actionCost: Double = 0.1, noise: [Double] = [0, 0], discount: Double = 1
    ) -> LinearQuadraticProblem {
        LinearQuadraticProblem(
            dynamics: [[1, 0.1], [0, 1]], input: [[0], [0.1]], noise: .diagonal(noise),
            cost: QuadraticCost(state: .diagonal([1, 0.1]), action: [[actionCost]]),
            discount: discount)
    }

    /// A = B = Q = R = 1.
    static func scalar(noise: Double = 0, discount: Double = 1) -> LinearQuadraticProblem {
        LinearQuadraticProblem(
            dynamics: [[1]], input: [[1]], noise: [[noise]],
            cost: QuadraticCost(state: [[1]], action: [[1]]), discount: discount)
    }

    /// A scalar problem with every term there is.
    static func crooked(discount: Double) -> LinearQuadraticProblem {
        LinearQuadraticProblem(
            dynamics: [[0.9]], input: [[0.7]], drift: [0.2], noise: [[0.15]],
            cost: QuadraticCost(
                state: [[1.2]], action: [[0.8]], cross: [[0.3]], stateSlope: [-0.4],
                actionSlope: [0.25], constant: 0.1),
            finalCost: QuadraticStateCost(curvature: [[2]], slope: [0.5], constant: -0.3),
            discount: discount)
    }

    /// Three states, two actions, a cross term and a discount of 0.97.
    static var coupled: LinearQuadraticProblem {
        LinearQuadraticProblem(
            dynamics: [[0.9, 0.3, 0], [-0.2, 1.1, 0.1], [0, 0.4, 0.8]],
            input: [[1, 0], [0, 0.5], [0.3, 1]],
            noise: [[0.1, 0.02, 0], [0.02, 0.2, 0], [0, 0, 0.05]],
            cost: QuadraticCost(
                state: [[2, 0.3, 0], [0.3, 1, 0.1], [0, 0.1, 0.5]],
                action: [[1, 0.2], [0.2, 0.7]], cross: [[0.1, 0], [0.2, -0.1], [0, 0.3]]),
            discount: 0.97)
    }

    /// The expected discounted cost of policies a = k − K s + noise from a start, by propagating
    /// the first two moments of the state.
    func expectedCost(
        of policies: [LinearGaussianPolicy], from start: GaussianMoments
    ) -> Double {
        var (state, total, weight) = (start, 0.0, 1.0)
        for policy in policies {
            let action = state.propagated(
                through: -policy.gain, offset: policy.offset, noise: policy.covariance)
            let cross = -(state.covariance.timesTransposed(policy.gain))
            total +=
                weight
                * (cost(state.mean, action.mean)
                    + (cost.state * state.covariance).trace / 2
                    + (cost.action * action.covariance).trace / 2
                    + (cost.cross.transposed * cross).trace)
            weight *= discount
            var offset = drift
            add(input * policy.offset, times: 1, to: &offset)
            state = state.propagated(
                through: dynamics - input * policy.gain, offset: offset,
                noise: noise + input.sandwich(policy.covariance))
        }
        let final = finalCost ?? cost.ofState
        return total + weight
            * (final(state.mean) + (final.curvature * state.covariance).trace / 2)
    }
}

/// The largest element of the difference of two matrices.
func distance(_ left: Matrix, _ right: Matrix) -> Double { (left - right).largestMagnitude }
