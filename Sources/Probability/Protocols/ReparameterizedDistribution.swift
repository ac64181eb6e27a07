import OptimistCore
import OptimistTorch

/// A law whose draws are differentiable functions of its parameters and of noise that does not
/// depend on them (Kingma and Welling, 2013), or have the derivatives of such a function.
public protocol ReparameterizedDistribution: TensorDistribution {
    /// Independent draws `[shape..., batch..., event...]` through which gradients reach the
    /// parameters.
    func reparameterizedSample(_ shape: [Int], using generator: inout Generator) -> Tensor

    /// Draws as `reparameterizedSample` gives them, with their log-densities, both differentiable.
    func reparameterizedDraw(_ shape: [Int], using generator: inout Generator) -> Draw
}

extension ReparameterizedDistribution {
    /// Independent draws, constants to gradients.
    public func sample(_ shape: [Int], using generator: inout Generator) -> Tensor {
        withoutGradient { reparameterizedSample(shape, using: &generator) }
    }

    /// One draw for each law of the batch, through which gradients reach the parameters.
    public func reparameterizedSample(using generator: inout Generator) -> Tensor {
        reparameterizedSample([], using: &generator)
    }

    /// Draws with their log-densities, both differentiable.
    public func reparameterizedDraw(
        _ shape: [Int], using generator: inout Generator
    ) -> Draw {
        let value = reparameterizedSample(shape, using: &generator)
        return Draw(value: value, logDensity: logDensity(value))
    }

    /// One draw for each law of the batch with its log-density, both differentiable.
    public func reparameterizedDraw(using generator: inout Generator) -> Draw {
        reparameterizedDraw([], using: &generator)
    }
}

/// A law whose mean and variance are known in closed form.
public protocol DistributionWithMoments: TensorDistribution {
    /// The mean, `[batch..., event...]`.
    var mean: Tensor { get }
    /// The variance of each element of an outcome, `[batch..., event...]`.
    var variance: Tensor { get }
}

/// A law whose most likely outcome is known in closed form.
public protocol DistributionWithMode: TensorDistribution {
    /// An outcome of the highest density or probability, `[batch..., event...]`.
    var mode: Tensor { get }
}
