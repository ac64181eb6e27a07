import OptimistCore
import OptimistProbability
import OptimistTorch

/// What iterative inference arrived at.
public struct IterativeInferenceResult {
    /// q after the last iteration; constant to gradients.
    public var posterior: Normal
    /// J of the start and after every iteration, `[iterations + 1, batch...]`, in nats; constant.
    public var objectives: Tensor
    /// −Σ J over the iterations, `[batch...]`, which φ learns by lowering; nil where it is not to
    /// learn. Only φ has gradients here, that of every J through the update that led to it.
    public var loss: Tensor?

    /// What the iterations added to the objective, `[batch...]`, in nats.
    public var improvement: Tensor { objectives[objectives.shape[0] - 1] - objectives[0] }
}

extension IterativeInference {
    /// Optimizes q from a start.
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
    public func infer(
        from start: Normal, context: Tensor? = nil, iterations: Int? = nil,
        learning: Bool = false, errors: ((Normal) -> Tensor)? = nil,
        objective: (Normal) -> Tensor
    ) -> IterativeInferenceResult {
        let count = iterations ?? self.iterations
        var parameters = withoutGradient { packed(start) }.detached()
        var (values, moved, loss) = ([Tensor](), Tensor?.none, Tensor?.none)
        for index in 0...count {
            let isLast = index == count
            let (value, gradient) = evaluated(
                parameters, takingGradient: moved != nil || !isLast && usesGradients, objective)
            values.append(value)
            if let moved { loss = added(value, at: moved, gradient!, to: loss) }
            if isLast { break }
            let seen = errors.map { errors in withoutGradient { errors(law(parameters)) } }
            func next() -> Tensor {
                updated(parameters, gradient: gradient, errors: seen, context: context)
            }
            moved = learning ? withGradient(next) : nil
            parameters = moved?.detached() ?? withoutGradient(next)
        }
        return IterativeInferenceResult(
            posterior: law(parameters), objectives: .stacked(values), loss: loss)
    }

    /// Optimizes q from a start that learns with it, such as an encoder's: the result can be
    /// differentiated in φ and in the start, through every update. What the network sees remains
    /// constant, and nothing else that J depends on has gradients.
    ///
    /// - Parameters:
    ///   - start: q before the first iteration.
    ///   - context: what the network sees besides, taken as constant.
    ///   - errors: errors of prediction under a law, where these are encoded.
    ///   - objective: J of a law, `[batch...]`, in nats; it is not asked for that of the result.
    /// - Returns: q, and J of the start, `[batch...]`, a constant.
    public func refined(
        _ start: Normal, context: Tensor? = nil, errors: ((Normal) -> Tensor)? = nil,
        objective: (Normal) -> Tensor
    ) -> (posterior: Normal, startObjective: Tensor) {
        var parameters = packed(start)
        var first: Tensor?
        for _ in 0..<max(iterations, 1) {
            let here = parameters.detached()
            let (value, gradient) = evaluated(here, takingGradient: usesGradients, objective)
            first = first ?? value
            if iterations == 0 { break }
            let seen = errors.map { errors in withoutGradient { errors(law(here)) } }
            parameters = updated(parameters, gradient: gradient, errors: seen, context: context)
        }
        return (law(parameters), first!)
    }

    /// J and its gradient in λ, both constants.
    private func evaluated(
        _ parameters: Tensor, takingGradient: Bool, _ objective: (Normal) -> Tensor
    ) -> (value: Tensor, gradient: Tensor?) {
        func checked(_ value: Tensor) -> Tensor {
            if value.shape != Array(parameters.shape.dropLast()) {
                fail(
                    "IterativeInference.infer",
                    "an objective \(value.shape) of laws with parameters \(parameters.shape)")
            }
            return value
        }
        if !takingGradient {
            return (withoutGradient { checked(objective(law(parameters))) }, nil)
        }
        return withGradient {
            let leaf = parameters.requiringGradient()
            let value = checked(objective(law(leaf)))
            let gradient = gradients(of: value.sum(), withRespectTo: [leaf])[0]
            return (value.detached(), gradient)
        }
    }

    /// The loss with −J added: its value is that of −J, and its gradient in φ is −∇J · dλ/dφ, so
    /// that nothing of what J depends on is in its graph.
    private func added(
        _ value: Tensor, at moved: Tensor, _ gradient: Tensor, to loss: Tensor?
    ) -> Tensor {
        withGradient {
            let slope = (moved * gradient).sum(axis: -1)
            let term = slope.detached() - slope - value
            return loss.map { $0 + term } ?? term
        }
    }
}
