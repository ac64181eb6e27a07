import OptimistCore
import OptimistTorch

/// KL(p ‖ q) = E_p[log p − log q] in nats, `[batch...]`, by a closed form.
///
/// A pair of laws without one is a programmer's error: ask `closedFormDivergence` whether there is
/// one, or `estimatedDivergence` for an estimate. Hot paths call the method of a concrete law, such
/// as `Normal.divergence(to:)`, which this function finds by the pair of types.
public func divergence(
    from first: any TensorDistribution, to second: any TensorDistribution
) -> Tensor {
    guard let value = closedFormDivergence(from: first, to: second) else {
        fail(
            "divergence(from:to:)",
            "no closed form from \(type(of: first)) to \(type(of: second)) is known; register one "
                + "with registerDivergence(from:to:), or call estimatedDivergence(from:to:)")
    }
    return value
}

/// KL(p ‖ q), `[batch...]`, or nil where no closed form is known.
public func closedFormDivergence(
    from first: any TensorDistribution, to second: any TensorDistribution
) -> Tensor? {
    let events = (first.eventShape, second.eventShape)
    if events.0 != events.1 {
        fail("divergence(from:to:)", "events of shapes \(events.0) and \(events.1)")
    }
    let registry = DivergenceRegistry.shared
    if let formula = registry.formula(from: type(of: first), to: type(of: second)) {
        return formula(first, second)
    }
    return (first as? any DivergenceReducible)?.reducedDivergence(to: second)
}

/// KL(p ‖ q), `[batch...]`: by the closed form where one is known, else by Monte Carlo; the method
/// in the result says which.
public func estimatedDivergence(
    from first: any TensorDistribution, to second: any TensorDistribution, samples: Int,
    using generator: inout Generator
) -> TensorEstimate {
    if let known = closedFormDivergence(from: first, to: second) { return .closedForm(known) }
    return monteCarloDivergence(from: first, to: second, samples: samples, using: &generator)
}

/// KL(p ‖ q), `[batch...]`, as the mean of log p − log q over draws of p, with its standard error.
///
/// Gradients reach q. They reach p where its draws are reparameterized; otherwise p counts as a
/// constant, because the gradient of an expectation is not the expectation of the gradient then.
public func monteCarloDivergence(
    from first: any TensorDistribution, to second: any TensorDistribution, samples: Int,
    using generator: inout Generator
) -> TensorEstimate {
    let draw = pathwiseDraw(first, samples, using: &generator)
    return TensorEstimate(ofSamples: draw.logDensity - second.logDensity(draw.value))
}

/// The entropy of a law, `[batch...]`: by the closed form where one is known, else by Monte Carlo
/// with its standard error; the method in the result says which. Gradients are as those of
/// `monteCarloDivergence`.
public func estimatedEntropy(
    of law: any TensorDistribution, samples: Int, using generator: inout Generator
) -> TensorEstimate {
    if let known = law.entropy { return .closedForm(known) }
    return TensorEstimate(ofSamples: -pathwiseDraw(law, samples, using: &generator).logDensity)
}

/// The cross-entropy E_p[−log q] = H(p) + KL(p ‖ q), `[batch...]`, or nil where one of the two has
/// no closed form.
public func crossEntropy(
    from first: any TensorDistribution, to second: any TensorDistribution
) -> Tensor? {
    guard let entropy = first.entropy,
        let divergence = closedFormDivergence(from: first, to: second)
    else { return nil }
    return entropy + divergence
}

private func pathwiseDraw(
    _ law: any TensorDistribution, _ samples: Int, using generator: inout Generator
) -> Draw {
    if let law = law as? any ReparameterizedDistribution {
        return law.reparameterizedDraw([samples], using: &generator)
    }
    return withoutGradient { law.draw([samples], using: &generator) }
}
