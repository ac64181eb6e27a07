import OptimistCore
import OptimistProbability
import OptimistTorch

/// What iterative inference arrived at.
public struct IterativeInferenceResult {
    /// q after the last iteration; constant to gradients.
    public var posterior: Normal
    /// J of the start and after every iteration, `[iterations + 1, batch...]`, in nats; constant.
    public var objectives: Tensor
    /// −J, the mean over iterations, `[batch...]`, which φ learns by lowering; nil where it is not
    /// to learn. Only φ has gradients here, that of every J through the update that led to it.
    public var loss: Tensor?

    /// What the iterations added to the objective, `[batch...]`, in nats.
    public var improvement: Tensor { objectives[objectives.shape[0] - 1] - objectives[0] }
}

extension IterativeInference {
    /// Optimizes q from a start (Marino, Piche, Ialongo and Yue 2020, algorithm 1).
    ///
    /// - Parameters:
    ///   - start: q before the first iteration, batch `[batch...]`, event `[size]`; taken as
    ///     constant.
    ///   - context: what the network sees besides, `[batch..., context]`; taken as constant.
    ///   - iterations: nil for as many as it was made for.
    ///   - learning: whether to return a loss for φ.
    ///   - errors: errors of prediction under a law, `[batch..., errors]`, where these are encoded.
    ///   - objective: J of a law, `[batch...]`, in nats; where it needs draws of the law,
    ///     reparameterized ones, new ones in every call.
    /// - Throws: what `errors` and `objective` throw.
    public func infer(
        from start: Normal, context: Tensor? = nil, iterations: Int? = nil,
        learning: Bool = false, errors: ((Normal) throws -> Tensor)? = nil,
        objective: (Normal) throws -> Tensor
    ) rethrows -> IterativeInferenceResult {
        let count = iterations ?? self.iterations
        var parameters = withoutGradient { packed(start) }.detached()
        var (values, moved, loss) = ([Tensor](), Tensor?.none, Tensor?.none)
        for index in 0...count {
            let isLast = index == count
            let (value, gradient) = try evaluated(
                parameters, takingGradient: moved != nil || !isLast && usesGradients, objective)
            values.append(value)
            if let moved {
                loss = added(value, at: moved, gradient!, weight: 1 / Double(count), to: loss)
            }
            if isLast { break }
            let seen = try errors.map { errors in
                try withoutGradient { try errors(law(parameters)) }
            }
            func next() -> Tensor {
                updated(parameters, gradient: gradient, errors: seen, context: context)
            }
            moved = learning ? withGradient(next) : nil
            parameters = moved?.detached() ?? withoutGradient(next)
        }
        return IterativeInferenceResult(
            posterior: law(parameters), objectives: .stacked(values), loss: loss)
    }

    /// J and its gradient in λ, both constants.
    func evaluated(
        _ parameters: Tensor, takingGradient: Bool, _ objective: (Normal) throws -> Tensor
    ) rethrows -> (value: Tensor, gradient: Tensor?) {
        func checked(_ value: Tensor) -> Tensor {
            if value.shape != Array(parameters.shape.dropLast()) {
                fail(
                    "IterativeInference.infer",
                    "an objective \(value.shape) of laws with parameters \(parameters.shape)")
            }
            return value
        }
        if !takingGradient {
            return (
                try withoutGradient { checked(try objective(law(parameters))).detached() }, nil
            )
        }
        return try withGradient {
            let leaf = parameters.requiringGradient()
            let value = checked(try objective(law(leaf)))
            let gradient = gradients(of: value.sum(), withRespectTo: [leaf])[0]
            return (value.detached(), limited(gradient))
        }
    }

    private func limited(_ gradient: Tensor) -> Tensor {
        guard let limit = gradientLimit else { return gradient }
        return withoutGradient {
            let norm = gradient.square().sum(axis: -1, keepingDimensions: true).sqrt()
            return gradient * (limit / norm.maximum(limit))
        }
    }

    /// The loss with −weight · J added: its value is that, and its gradient is −weight · ∇J · dλ/dθ
    /// in what λ was made from, so that nothing of what J depends on is in its graph.
    func added(
        _ value: Tensor, at moved: Tensor, _ gradient: Tensor, weight: Double, to loss: Tensor?
    ) -> Tensor {
        withGradient {
            let slope = (moved * gradient).sum(axis: -1)
            let term = (slope.detached() - slope - value) * weight
            return loss.map { $0 + term } ?? term
        }
    }
}
