import Foundation
import OptimistCore
import OptimistTorch

/// How the information in a transition is found.
public enum InformationForm: String, SettingValue, CaseIterable {
    /// ½ λ² gᵀ H⁻¹ g, the divergence of the step to second order.
    case secondOrder
    /// The divergence of the step itself.
    case exact
}

extension BayesianNetwork {
    /// How much each row would teach: KL(q' ‖ q) in nats, where q' is q after one Newton step of size λ
    /// on that row alone (Houthooft et al. 2016, equations 13 to 17). The network does not change.
    ///
    /// Of ℓ = E_q[−log p(target | input, w)] with gradient g by means and by ρ, and H the curvature of
    /// KL(q' ‖ q) at q, which is 1 / σ² for means and 2 sigmoid(ρ)² / σ² for ρ, the step is −λ H⁻¹ g.
    ///
    /// - Parameters:
    ///   - inputs: `[rows, inputs]`.
    ///   - targets: `[rows, outputs]`.
    ///   - stepSize: λ.
    ///   - samples: draws of weights for the expectation, the same for all rows.
    ///   - form: whether to second order, or exactly.
    ///   - generator: draws the weights.
    /// - Returns: `[rows]`.
    public func informationGain(
        inputs: Tensor, targets: Tensor, stepSize: Double, samples: Int,
        form: InformationForm = .secondOrder, using generator: inout Generator
    ) -> Tensor {
        withoutGradient {
            let noise = means.map { Tensor.normal([samples] + $0.shape, using: &generator) }
            let count = inputs.size(axis: 0)
            let parts = stride(from: 0, to: count, by: Self.rowsAtOnce).map { start in
                let range = start..<min(start + Self.rowsAtOnce, count)
                return informationGain(
                    inputs.slice(axis: 0, range), targets.slice(axis: 0, range), stepSize, noise,
                    form)
            }
            return Tensor.concatenated(parts, axis: 0)
        }
    }

    /// Rows whose gradients by all weights are in memory at the same time.
    private static let rowsAtOnce = 256

    private func informationGain(
        _ inputs: Tensor, _ targets: Tensor, _ stepSize: Double, _ noise: [Tensor],
        _ form: InformationForm
    ) -> Tensor {
        let weights = means.indices.map { means[$0] + deviations[$0] * noise[$0] }
        let (reads, slopes) = slopes(inputs, targets, weights)
        var total = Tensor.zeros([inputs.size(axis: 0)])
        for layer in means.indices {
            let deviation = deviations[layer]
            let gradient = weightGradients(reads[layer], slopes[layer], noise[layer])
            total += divergence(
                byMean: gradient.byMean, byDeviation: gradient.byDeviation, deviation,
                rawDeviations[layer], stepSize, form)
        }
        return total
    }

    /// What each layer reads, `[sample, rows, inputs + 1]`, and the gradient of −log p by what it gives
    /// before rectifying, `[sample, rows, outputs]`.
    private func slopes(
        _ inputs: Tensor, _ targets: Tensor, _ weights: [Tensor]
    ) -> (reads: [Tensor], slopes: [Tensor]) {
        let samples = weights[0].size(axis: 0)
        var value = inputs.unsqueezed(axis: 0).expanded([samples] + inputs.shape)
        var reads: [Tensor] = []
        for (layer, weight) in weights.enumerated() {
            reads.append(Self.withBias(value))
            value = reads[layer].matmul(weight)
            if layer < weights.count - 1 { value = value.relu() }
        }
        var slope = (value - targets) / (likelihoodDeviation * likelihoodDeviation)
        var slopes = [slope]
        for layer in stride(from: weights.count - 1, to: 0, by: -1) {
            let inputs = sizes[layer]
            let isOn = (reads[layer].slice(axis: 2, 0..<inputs) .> 0).to(.float32)
            let inner = weights[layer].slice(axis: 1, 0..<inputs)
            slope = slope.matmul(inner.transposed()) * isOn
            slopes.insert(slope, at: 0)
        }
        return (reads, slopes)
    }

    /// Gradients of each row by a layer's means and, over the noise, by its deviations,
    /// `[rows, inputs + 1, outputs]`.
    private func weightGradients(
        _ reads: Tensor, _ slopes: Tensor, _ noise: Tensor
    ) -> (byMean: Tensor, byDeviation: Tensor) {
        let samples = noise.size(axis: 0)
        let byMean = reads.permuted([1, 2, 0]).matmul(slopes.permuted([1, 0, 2]))
        let byDeviation = Tensor.zeros(like: byMean)
        for sample in 0..<samples {
            let outer =
                reads.select(axis: 0, sample).unsqueezed(axis: 2)
                * slopes.select(axis: 0, sample).unsqueezed(axis: 1)
            byDeviation.accumulate(outer * noise.select(axis: 0, sample))
        }
        return (byMean / Double(samples), byDeviation / Double(samples))
    }

    /// KL(q' ‖ q) of a layer's weights for each row.
    private func divergence(
        byMean: Tensor, byDeviation: Tensor, _ deviation: Tensor, _ raw: Tensor,
        _ stepSize: Double, _ form: InformationForm
    ) -> Tensor {
        let variance = deviation.square()
        switch form {
        case .secondOrder:
            let square = (byMean.square() + byDeviation.square() * 0.5) * variance
            return square.sum(axes: [1, 2]) * (0.5 * stepSize * stepSize)
        case .exact:
            let moved = byMean * variance * -stepSize
            // By ρ the gradient is byDeviation · sigmoid, the curvature 2 sigmoid² / σ².
            let newRaw = raw - byDeviation * variance * (0.5 * stepSize) / raw.sigmoid()
            let ratio = newRaw.softplus() / deviation
            let terms = (ratio.square() + moved.square() / variance - 1) * 0.5 - ratio.log()
            return terms.sum(axes: [1, 2])
        }
    }
}
