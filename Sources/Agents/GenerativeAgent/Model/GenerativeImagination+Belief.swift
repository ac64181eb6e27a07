import OptimistCore
import OptimistModels
import OptimistPlanning
import OptimistProbability
import OptimistTorch

// What arrives, for beliefs of several particles: an observation is (x, r), and whether the task
// ended, side by side. With a flow over observations y stands for x: given what was seen before, one
// map leads from each to the other in every state, so that either tells the same of it.
extension GenerativeImagination: ObservingModel {
    /// (x, r, end) drawn at each state, `[group, particle, observation + 1]`, one more where the
    /// task can end.
    package func sampleObservation(
        at states: Tensor, using generator: inout Generator
    ) -> Tensor {
        func drawn(_ law: any TensorDistribution) -> Tensor {
            let value =
                (law as? any ReparameterizedDistribution)?
                .reparameterizedSample(using: &generator) ?? law.sample(using: &generator)
            return value.to(.float32)
        }
        let model = networks.model
        var parts = [drawn(model.observation(states)), drawn(model.reward(states))]
        if let end = model.end(states) { parts.append(drawn(end).unsqueezed(axis: -1)) }
        return Tensor.concatenated(parts, axis: -1)
    }

    /// log p(xᵏ, rᵏ, endᵏ | h, zʲ), `[group, k, j]`, in nats.
    package func pairwiseLogLikelihood(of observations: Tensor, at states: Tensor) -> Tensor {
        let model = networks.model
        let features = states.transposed(0, 1)
        let arrived = observations.transposed(0, 1).unsqueezed(axis: 1)
        let (width, all) = (networks.observationCode.width, arrived.size(axis: -1))
        var sum =
            model.observation(features).logDensity(arrived.slice(axis: -1, 0..<width))
            + model.reward(features).logDensity(arrived.slice(axis: -1, width..<width + 1))
        if let end = model.end(features) {
            sum = sum + end.logDensity(arrived.slice(axis: -1, all - 1..<all).squeezed(axis: -1))
        }
        return sum.permuted([2, 0, 1])
    }
}
