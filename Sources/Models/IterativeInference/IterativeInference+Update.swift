import OptimistCore
import OptimistProbability
import OptimistTorch

extension IterativeInference {
    /// λ, `[batch..., 2 size]`.
    func packed(_ law: Normal) -> Tensor {
        if law.eventShape != [size] {
            fail("IterativeInference", "a law over \(law.eventShape) for one over \([size])")
        }
        let deviation = law.logStandardDeviation.expanded(law.shape)
        return Tensor.concatenated([law.mean, deviation], axis: -1)
    }

    /// q of λ `[batch..., 2 size]`.
    func law(_ parameters: Tensor) -> Normal {
        let parts = parameters.split(sizes: [size, size])
        return Normal(mean: parts[0], logStandardDeviation: parts[1], eventRank: 1)
    }

    /// Whether an update needs the gradient of the objective.
    var usesGradients: Bool {
        if case .gated = update { return encoding == .gradients }
        return true
    }

    /// One update of λ, differentiable in φ and in λ; what the network sees is constant.
    ///
    /// - Parameters:
    ///   - parameters: λ, `[batch..., 2 size]`.
    ///   - gradient: ∇J at λ, likewise; nil where it is not used.
    ///   - errors: `[batch..., errors]`; nil where they are not used.
    ///   - context: `[batch..., context]`; nil for none.
    func updated(
        _ parameters: Tensor, gradient: Tensor?, errors: Tensor?, context: Tensor?
    ) -> Tensor {
        let seen = withoutGradient { encoded(parameters, gradient, errors, context) }
        let output = heads(network(seen)).split(sizes: [2 * size, 2 * size])
        let moved: Tensor
        switch update {
        case .gated:
            let kept = output[0].sigmoid()
            moved = kept * (parameters - output[1]) + output[1]
        case .learnedSGD:
            moved = parameters + output[0] * gradient! + output[1]
        case .natural:
            // The deviation that scales a step is a constant, like all that the network sees.
            let units = withoutGradient { lawUnits(parameters) }
            let whitened = gradient! * units.gradient
            moved = parameters + (output[0] * whitened + output[1]).tanh() * units.step
        }
        let parts = moved.split(sizes: [size, size])
        return Tensor.concatenated([parts[0], bounds.bounded(parts[1], ends)], axis: -1)
    }

    /// Units of steps in λ, (σ, 1), and what takes ∇J to the natural gradient in them, (σ, ½).
    private func lawUnits(_ parameters: Tensor) -> (step: Tensor, gradient: Tensor) {
        let deviation = law(parameters).standardDeviation
        let ones = Tensor.ones(like: deviation)
        return (
            .concatenated([deviation, ones], axis: -1),
            .concatenated([deviation, ones * 0.5], axis: -1)
        )
    }

    private func encoded(
        _ parameters: Tensor, _ gradient: Tensor?, _ errors: Tensor?, _ context: Tensor?
    ) -> Tensor {
        var seen: [Tensor]
        switch encoding {
        case .gradients where size == 1:
            seen = [parameters, gradient!.sign(), Self.logarithm(gradient!.abs())]
        case .gradients: seen = normalized(Tensor.concatenated([parameters, gradient!], axis: -1))
        case .errors(let width):
            guard let errors, errors.size(axis: -1) == width else {
                fail(
                    "IterativeInference",
                    "errors \(errors.map { "\($0.shape)" } ?? "nil") where \(width) are encoded")
            }
            seen = [parameters, errors]
        }
        if let context { seen.append(context) }
        return Tensor.concatenated(seen, axis: -1)
    }

    /// Mean 0 and deviation 1 over each part of λ and of the gradient, and what was taken away.
    private func normalized(_ values: Tensor) -> [Tensor] {
        let batch = Array(values.shape.dropLast())
        let parts = values.reshaped(batch + [4, size])
        let mean = parts.mean(axis: -1, keepingDimensions: true)
        let rest = parts - mean
        let deviation = rest.square().mean(axis: -1, keepingDimensions: true).sqrt()
        return [
            (rest / (deviation + 1e-7)).flattened(from: -2), mean.asinh().squeezed(axis: -1),
            Self.logarithm(deviation).squeezed(axis: -1),
        ]
    }

    /// A tenth of the logarithm: numbers of very different sizes, all of the order of 1.
    private static func logarithm(_ size: Tensor) -> Tensor { (size + 1e-7).log() * 0.1 }
}
