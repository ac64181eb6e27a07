import OptimistCore
import OptimistProbability
import OptimistTorch

/// What refining a start that learns, such as an encoder's, arrived at.
public struct RefinedInference {
    /// q after the last iteration. Its gradient reaches φ through the last update alone, divided by
    /// the number of iterations: what is made of q adds the last of the J that φ learns from.
    public var posterior: Normal
    /// J of the start and of every iterate but the last, `[batch...]` each, in nats; constants.
    public var objectives: [Tensor]
    /// What start and φ learn by lowering beside the caller's own −J of `posterior`, `[batch...]`:
    /// −J of the start, and −J of every iterate but the last divided by the number of iterations.
    /// Each reaches what made its law, the start's what made the start, the others φ through one
    /// update. Nil where nothing is recorded for gradients, and where there is nothing to learn.
    public var loss: Tensor?
}

extension IterativeInference {
    /// Optimizes q from a start that learns with it, where the caller goes on with q differentiably:
    /// a filter that is trained through time.
    ///
    /// As in `infer`, older λ are constants to the next update, and every J counts alike for φ. An
    /// encoder learns from J of what it says itself, not through the updates: so it remains good
    /// alone, and no gradient has to pass through a chain of networks. Nothing else that J depends
    /// on gets a gradient from here. Without iterations q is the start, differentiable as it is.
    ///
    /// - Parameters:
    ///   - start: q before the first iteration.
    ///   - context: what the network sees besides, taken as constant.
    ///   - errors: errors of prediction under a law, where these are encoded.
    ///   - objective: J of a law, `[batch...]`, in nats; it is not asked for that of the result.
    /// - Throws: what `errors` and `objective` throw.
    public func refined(
        _ start: Normal, context: Tensor? = nil, errors: ((Normal) throws -> Tensor)? = nil,
        objective: (Normal) throws -> Tensor
    ) rethrows -> RefinedInference {
        var moved = packed(start)
        var (values, loss) = ([Tensor](), Tensor?.none)
        for index in 0..<iterations {
            let here = moved.detached()
            let learns = moved.requiresGradient
            let (value, gradient) = try evaluated(
                here, takingGradient: usesGradients || learns, objective)
            values.append(value)
            if learns {
                let weight = index == 0 ? 1 : 1 / Double(iterations)
                loss = added(value, at: moved, gradient!, weight: weight, to: loss)
            }
            let seen = try errors.map { errors in try withoutGradient { try errors(law(here)) } }
            moved = updated(here, gradient: gradient, errors: seen, context: context)
        }
        return RefinedInference(
            posterior: law(iterations > 1 ? slowed(moved, 1 / Double(iterations)) : moved),
            objectives: values, loss: loss)
    }

    /// The same numbers with a fraction of their gradient.
    private func slowed(_ value: Tensor, _ fraction: Double) -> Tensor {
        if !value.requiresGradient { return value }
        let constant = value.detached()
        return constant + (value - constant) * fraction
    }
}
