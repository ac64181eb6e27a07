import OptimistCore
import OptimistPlanning
import OptimistTorch

/// The pendulum's score written with tensor operations in float64, so that gradients pass through
/// it; without the speed limit and the wrap of the angle, from one state.
struct DifferentiablePendulum: PlanScorer {
    let angle: Double
    let velocity: Double

    func scores(of sequences: Tensor, using generator: inout Generator) -> Tensor {
        let horizon = sequences.shape[2]
        let like = sequences.select(axis: 3, 0).select(axis: 2, 0)
        var angles = Tensor.zeros(like: like) + angle
        var velocities = Tensor.zeros(like: like) + velocity
        var scores = Tensor.zeros(like: like)
        for step in 0..<horizon {
            let torque = sequences.select(axis: 3, 0).select(axis: 2, step)
            let cost = angles.square() + velocities.square() * 0.1 + torque.square() * 0.001
            scores = scores - cost
            velocities = velocities + (angles.sin() * 15 + torque * 3) * 0.05
            angles = angles + velocities * 0.05
        }
        return scores
    }
}
