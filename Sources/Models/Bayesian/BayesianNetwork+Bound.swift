import Foundation
import OptimistCore
import OptimistTorch

extension BayesianNetwork {
    /// The bound on the evidence of all data, for one row: an estimate from a minibatch of
    ///
    ///     E_q log p(targets | inputs, w) − KL(q(w) ‖ prior) / dataCount
    ///
    /// per row in nats, differentiable. Noise is drawn for each row where weights meet it (local
    /// reparameterization: Kingma, Salimans and Welling 2015), which varies far less than drawn weights.
    ///
    /// - Parameters:
    ///   - inputs: `[rows, inputs]`.
    ///   - targets: `[rows, outputs]`.
    ///   - dataCount: rows in all data.
    ///   - generator: draws the noise.
    public func bound(
        inputs: Tensor, targets: Tensor, dataCount: Int, using generator: inout Generator
    ) -> Tensor {
        var value = inputs
        for layer in means.indices {
            let rows = Self.withBias(value)
            let mean = rows.matmul(means[layer])
            let variance = rows.square().matmul(rawDeviations[layer].softplus().square())
            let noise = Tensor.normal(mean.shape, using: &generator)
            value = mean + (variance + 1e-12).sqrt() * noise
            if layer < means.count - 1 { value = value.relu() }
        }
        return logDensity(of: targets, around: value).mean()
            - divergenceFromPrior * (1 / Double(dataCount))
    }

    /// log p of targets around outputs in nats, `[rows]`.
    func logDensity(of targets: Tensor, around outputs: Tensor) -> Tensor {
        let constant =
            Double(sizes[sizes.count - 1])
            * (log(likelihoodDeviation) + 0.5 * log(2 * Double.pi))
        let distance = (targets - outputs) / likelihoodDeviation
        return distance.square().sum(axis: 1) * -0.5 - constant
    }
}
