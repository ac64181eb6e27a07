import OptimistCore
import OptimistProbability
import OptimistTorch

/// A map from latents to what is below them, invertible in every state: one layer of a latent-space
/// policy (Haarnoja et al. 2018, arXiv 1804.02808), of real NVP couplings (Dinh et al. 2017, arXiv
/// 1605.08803) or of autoregressive maps, or one affine map where there is a single number.
///
/// At first it is the identity, followed by tanh where it is squashed. Scales are bounded by
/// exp(± limit), so that the inverse stays good in numbers too.
public struct InvertibleLayer: Module {
    /// Numbers in a latent, and in what comes out.
    public let width: Int
    /// Numbers of a state that the layer reads: the first ones.
    public let features: Int
    /// Whether tanh follows, for actions in (−1, 1).
    public let isSquashed: Bool
    /// Bounds the logarithm of each scale.
    public let scaleLimit: Double
    /// What its maps are made of.
    public let kind: InvertibleLayerKind
    private let embedding: MultilayerPerceptron
    /// Of couplings, or of the affine map.
    private let conditioners: [MultilayerPerceptron]
    /// Of autoregressive maps.
    private let transforms: [MaskedPerceptron]

    /// A layer that is the identity, up to tanh.
    ///
    /// - Parameters:
    ///   - width: numbers in a latent.
    ///   - features: numbers of a state that it reads.
    ///   - isSquashed: whether tanh follows.
    ///   - settings: its networks.
    ///   - type: of its numbers.
    ///   - generator: draws weights of hidden layers; the last ones are 0.
    public init(
        width: Int, features: Int, isSquashed: Bool, settings: InvertibleLayerSettings,
        type: ElementType = .float32, using generator: inout Generator
    ) {
        if width < 1 || features < 1 {
            fail("InvertibleLayer", "\(width) numbers in a latent, \(features) in a state")
        }
        (self.width, self.features, self.isSquashed) = (width, features, isSquashed)
        (scaleLimit, kind) = (settings.scaleLimit, settings.kind)
        let units = settings.units
        embedding = MultilayerPerceptron(
            sizes: [features] + units, activation: .relu, outputActivation: .relu, type: type,
            using: &generator)
        let code = units[units.count - 1]
        if width > 1, kind != .coupling {
            conditioners = []
            transforms = (0..<settings.transforms).map { _ in
                MaskedPerceptron(
                    size: width, context: code, units: [settings.couplingUnits],
                    activation: .tanh, type: type, using: &generator)
            }
            return
        }
        transforms = []
        let first = width / 2
        conditioners = (0..<(width == 1 ? 1 : settings.couplings)).map { index in
            let kept = width == 1 ? 0 : index.isMultiple(of: 2) ? first : width - first
            return MultilayerPerceptron(
                sizes: [kept + code, settings.couplingUnits, 2 * (width - kept)],
                activation: .tanh, outputInitializer: .zeros, type: type, using: &generator)
        }
    }

    /// The parameters `embedding` and `coupling0`, `coupling1` and so on, or `transform0` and so on.
    public var parameters: [NamedTensor] {
        embedding.parameters.named("embedding")
            + conditioners.enumerated().flatMap { $1.parameters.named("coupling\($0)") }
            + transforms.enumerated().flatMap { $1.parameters.named("transform\($0)") }
    }

    /// What latents become, and the log-determinant of the map.
    ///
    /// - Parameters:
    ///   - latents: `[rows, width]`.
    ///   - states: `[rows, features...]`; numbers beyond those that the layer reads are ignored.
    /// - Returns: `[rows, width]`, and log |det| `[rows]`.
    public func forward(_ latents: Tensor, in states: Tensor) -> MappedValue {
        image(latents, states) { $0.forwardImage($1) }
    }

    /// What latents something came from, and the log-determinant of the map there.
    ///
    /// - Parameters:
    ///   - values: `[rows, width]`.
    ///   - states: as for `forward`.
    /// - Returns: `[rows, width]`, and log |det| `[rows]` of the map, not of its inverse.
    public func inverse(_ values: Tensor, in states: Tensor) -> MappedValue {
        image(values, states) { $0.inverseImage($1) }
    }

    /// The law of what standard normal latents become, at values `[rows, width]`, in nats: `[rows]`.
    public func logDensity(_ values: Tensor, in states: Tensor) -> Tensor {
        let origin = inverse(values, in: states)
        return StandardLatents.logDensity(origin.value) - origin.logDeterminant
    }

    private func image(
        _ value: Tensor, _ states: Tensor, _ apply: (Chain, Tensor) -> MappedValue
    ) -> MappedValue {
        if value.rank != 2 || value.shape[1] != width || states.shape[1] < features {
            fail(
                "InvertibleLayer",
                "latents \(value.shape) in states \(states.shape) for \(width) and \(features)")
        }
        let seen =
            states.shape[1] == features ? states : states.slice(axis: 1, 0..<features)
        var result = apply(chain(embedding(seen)), value)
        if result.logDeterminant.rank == 2 {
            result.logDeterminant = result.logDeterminant.sum(axis: 1)
        }
        return result
    }

    /// The maps in states of a code `[rows, code]`.
    private func chain(_ code: Tensor) -> Chain {
        var maps: [any Bijector]
        if width == 1 {
            maps = [affine(code)]
        } else {
            maps = kind == .coupling ? couplings(code) : autoregressions(code)
        }
        if isSquashed { maps.append(TanhMap()) }
        return Chain(maps)
    }

    private func affine(_ code: Tensor) -> AffineMap {
        let parts = conditioners[0](code).split(sizes: [1, 1])
        let logarithm = (parts[0] * (1 / scaleLimit)).tanh() * scaleLimit
        return AffineMap(scale: logarithm.exp(), shift: parts[1])
    }

    private func couplings(_ code: Tensor) -> [any Bijector] {
        let first = width / 2
        return conditioners.enumerated().map { index, conditioner in
            let movesFirst = !index.isMultiple(of: 2)
            let moved = movesFirst ? first : width - first
            return Coupling(
                firstCount: first, movesFirst: movesFirst, scaleLimit: scaleLimit
            ) { kept in
                let parts = conditioner(Tensor.concatenated([kept, code], axis: 1))
                    .split(sizes: [moved, moved])
                return (scale: parts[0], shift: parts[1])
            }
        }
    }

    /// Every second map takes the numbers in reverse order.
    private func autoregressions(_ code: Tensor) -> [any Bijector] {
        transforms.enumerated().flatMap { index, network -> [any Bijector] in
            let map = Autoregressive(network, context: code, scaleLimit: scaleLimit)
            let own: any Bijector = kind == .inverseAutoregressive ? map : Inverted(map)
            return index.isMultiple(of: 2) ? [own] : [Reversal(), own, Reversal()]
        }
    }
}
