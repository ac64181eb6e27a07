import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch

/// A point in the plane that sees where it is the better the closer it is to a light at x₁ = 5, and
/// should end at the origin (the light-dark domain of Platt et al. 2010, with constants as in
/// arXiv 2505.16732).
///
///     p′ = p + Δ v + N(0, 0.01²)   v′ = v + ½ Δ² 100 a + N(0, 0.1²)   Δ = 0.1
///     x ~ N(p, 5 (p₁ − 5)² + 10⁻⁴) for each coordinate
///     cost ½ (w |p|² + 0.001 |v|² + 0.001 |a|²),   w = 10 at the last step, 0 before
///
/// A state is (p₁, p₂, v₁, v₂, steps taken). The habit is N(0, deviation²) on each raw action.
public struct LightDarkPoint: ObservingModel, Sendable {
    /// Steps of a run; the last one is judged.
    public var steps = 30
    /// Nats per unit of negative cost.
    public var rewardScale = 1.0
    /// The habit's deviation.
    public var habitDeviation = 1.0

    /// The domain with the constants above.
    public init() {}

    /// Beliefs `[state, particle, 5]` at the start: p ~ N((2, 2), 1), v ~ N(0, 10⁻⁸).
    public func start(
        states: Int, particles: Int, using generator: inout Generator
    ) -> Tensor {
        let draws = Tensor.normal([states, particles, 5], using: &generator)
        return draws * Tensor([1, 1, 1e-4, 1e-4, 0] as [Float])
            + Tensor([2, 2, 0, 0, 0] as [Float])
    }

    /// N(0, deviation²), whatever the state.
    public func habit(at states: Tensor) -> Normal {
        Normal(
            mean: .zeros([states.shape[0], 2], type: states.elementType, device: states.device),
            standardDeviation: habitDeviation, eventRank: 1)
    }

    /// One step of the point; without information, which here is the belief's.
    public func imagine(
        _ states: Tensor, doing actions: Tensor, measuringInformation information: Bool,
        using generator: inout Generator
    ) throws -> Imagined {
        let noise = Tensor.normal(
            [states.shape[0], 4], type: states.elementType, device: states.device,
            using: &generator)
        let (position, velocity) = (states.slice(axis: 1, 0..<2), states.slice(axis: 1, 2..<4))
        let moved = position + velocity * 0.1 + noise.slice(axis: 1, 0..<2) * 0.01
        let driven = velocity + actions * 0.5 + noise.slice(axis: 1, 2..<4) * 0.1
        let time = states.slice(axis: 1, 4..<5) + 1
        let goal = (time .== Double(steps)).to(states.elementType).squeezed(axis: 1) * 10
        let cost =
            goal * moved.square().sum(axis: 1)
            + (driven.square().sum(axis: 1) + actions.square().sum(axis: 1)) * 0.001
        return Imagined(
            states: .concatenated([moved, driven, time], axis: 1),
            logOptimality: cost * (-0.5 * rewardScale))
    }

    /// None: a run is imagined to its end.
    public func value(of states: Tensor) -> Tensor? { nil }

    /// Both coordinates, seen through noise that depends on p₁.
    public func sampleObservation(
        at states: Tensor, using generator: inout Generator
    ) -> Tensor {
        let position = states.slice(axis: -1, 0..<2)
        let noise = Tensor.normal(
            position.shape, type: states.elementType, device: states.device, using: &generator)
        return position + variance(states).sqrt() * noise
    }

    /// log p(xᵏ | zʲ), both coordinates together.
    public func pairwiseLogLikelihood(of observations: Tensor, at states: Tensor) -> Tensor {
        let variance = variance(states).squeezed(axis: 2).unsqueezed(axis: 1)
        let distance =
            (observations.unsqueezed(axis: 2)
            - states.slice(axis: -1, 0..<2)
            .unsqueezed(axis: 1)).square().sum(axis: 3)
        return distance / variance * -0.5 - (variance * (2 * Double.pi)).log()
    }

    /// `[group, particle, 1]`.
    private func variance(_ states: Tensor) -> Tensor {
        (states.slice(axis: -1, 0..<1) - 5).square() * 5 + 1e-4
    }
}
