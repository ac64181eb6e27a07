import Foundation
import OptimistAgents
import OptimistCore
import OptimistTorch
import Testing

@Suite struct InvertibleLayerTests {
    /// A layer in double precision whose parameters were moved away from the identity.
    private func layer(
        _ kind: InvertibleLayerKind = .coupling, width: Int, isSquashed: Bool, features: Int = 3,
        moved: Double = 0.5, seed: UInt64 = 1
    ) -> InvertibleLayer {
        var generator = Generator(seed: seed)
        var settings = InvertibleLayerSettings()
        (settings.units, settings.couplingUnits) = ([8], 6)
        (settings.couplings, settings.transforms, settings.kind) = (3, 3, kind)
        let layer = InvertibleLayer(
            width: width, features: features, isSquashed: isSquashed, settings: settings,
            type: .float64, using: &generator)
        for parameter in layer.parameters {
            let noise = Tensor.normal(parameter.tensor.shape, type: .float64, using: &generator)
            parameter.tensor.detached().accumulate(noise, scale: moved)
        }
        return layer
    }

    private func states(_ rows: Int, _ generator: inout Generator) -> Tensor {
        Tensor.normal([rows, 3], type: .float64, using: &generator)
    }

    @Test(
        arguments: InvertibleLayerKind.allCases,
        [(1, false), (1, true), (2, false), (2, true), (3, false), (4, true)])
    func `a layer and its inverse undo each other, with one determinant`(
        kind: InvertibleLayerKind, form: (width: Int, isSquashed: Bool)
    ) {
        var generator = Generator(seed: 2)
        let (width, isSquashed) = form
        let layer = layer(kind, width: width, isSquashed: isSquashed, moved: 0.3)
        let states = states(6, &generator)
        let latents = Tensor.normal([6, width], type: .float64, using: &generator)
        let image = layer.forward(latents, in: states)
        let origin = layer.inverse(image.value, in: states)
        #expect((origin.value - latents).abs().max().item() < 1e-5)
        #expect((origin.logDeterminant - image.logDeterminant).abs().max().item() < 1e-5)
        #expect(image.logDeterminant.shape == [6])
        // The Jacobian of each row by automatic differentiation.
        for row in 0..<6 {
            let leaf = latents.slice(axis: 0, row..<row + 1).requiringGradient()
            let value = layer.forward(leaf, in: states.slice(axis: 0, row..<row + 1)).value
            let jacobian = (0..<width).map {
                gradients(of: value[0, $0], withRespectTo: [leaf], keepingGraph: true)[0]
            }
            let exact = Tensor.concatenated(jacobian, axis: 0).logDeterminant().logarithm.item()
            #expect(abs(exact - image.logDeterminant[row].item()) < 1e-4)
        }
    }

    @Test(arguments: InvertibleLayerKind.allCases)
    func `the density integrates to one`(kind: InvertibleLayerKind) {
        let layer = layer(kind, width: 2, isSquashed: false, moved: 0.2)
        let steps = 480
        let axis = (0..<steps).map { -24 + 48 * (Double($0) + 0.5) / Double(steps) }
        let points = axis.flatMap { x in axis.flatMap { [x, $0] } }
        let grid = Tensor(points, shape: [steps * steps, 2])
        let state = Tensor([0.4, -0.3, 1.0], shape: [1, 3]).expanded([steps * steps, 3])
        let logarithm = withoutGradient {
            layer.logDensity(grid, in: state).logSumExp(axis: 0).item()
        }
        #expect(abs(logarithm + 2 * log(48 / Double(steps))) < 1e-3)
    }

    @Test(arguments: InvertibleLayerKind.allCases)
    func `at first a layer changes nothing`(kind: InvertibleLayerKind) {
        var generator = Generator(seed: 3)
        let lower = layer(kind, width: 2, isSquashed: true)
        var settings = InvertibleLayerSettings()
        settings.kind = kind
        let upper = InvertibleLayer(
            width: 2, features: 3, isSquashed: false, settings: settings, type: .float64,
            using: &generator)
        let states = states(5, &generator)
        let latents = Tensor.normal([5, 2], type: .float64, using: &generator)
        let image = upper.forward(latents, in: states)
        #expect((image.value - latents).abs().max().item() == 0)
        #expect(image.logDeterminant.abs().max().item() == 0)
        let both = LayeredPolicy([lower, upper])
        let actions = lower.forward(latents, in: states).value
        #expect((both.forward(latents, in: states).value - actions).abs().max().item() == 0)
        let gap = both.logDensity(actions, in: states) - lower.logDensity(actions, in: states)
        #expect(gap.abs().max().item() < 1e-9)
    }

    /// log N(h) − log π₁(h) = log π₀(a) − log π(a): a stage's prior is the posterior before it.
    @Test(arguments: InvertibleLayerKind.allCases)
    func `the density of layers is the sum of their terms`(kind: InvertibleLayerKind) {
        var generator = Generator(seed: 4)
        let layers = [
            layer(kind, width: 3, isSquashed: true, moved: 0.2),
            layer(kind, width: 3, isSquashed: false, moved: 0.2, seed: 5),
        ]
        let states = states(7, &generator)
        let noise = Tensor.normal([7, 3], type: .float64, using: &generator)
        let latents = layers[1].forward(noise, in: states)
        let actions = layers[0].forward(latents.value, in: states)
        let both = LayeredPolicy(layers)
        let image = both.forward(noise, in: states)
        #expect((image.value - actions.value).abs().max().item() < 1e-12)
        let sum = actions.logDeterminant + latents.logDeterminant
        #expect((image.logDeterminant - sum).abs().max().item() < 1e-9)
        let whole = both.logDensity(actions.value, in: states)
        #expect((whole - (StandardLatents.logDensity(noise) - sum)).abs().max().item() < 1e-6)
        let ratio =
            layers[1].logDensity(latents.value, in: states)
            - StandardLatents.logDensity(latents.value)
        let expected = whole - layers[0].logDensity(actions.value, in: states)
        #expect((ratio - expected).abs().max().item() < 1e-6)
    }

    /// What each number that comes out depends on: only the latents before it in the one kind, all
    /// numbers that came out before it and so all latents before it in the other; with one map.
    @Test(arguments: [InvertibleLayerKind.inverseAutoregressive, .maskedAutoregressive])
    func `one autoregressive map has a triangular Jacobian`(kind: InvertibleLayerKind) {
        var generator = Generator(seed: 9)
        var settings = InvertibleLayerSettings()
        (settings.kind, settings.transforms) = (kind, 1)
        let layer = InvertibleLayer(
            width: 3, features: 3, isSquashed: false, settings: settings, type: .float64,
            using: &generator)
        for parameter in layer.parameters {
            let noise = Tensor.normal(parameter.tensor.shape, type: .float64, using: &generator)
            parameter.tensor.detached().accumulate(noise, scale: 0.3)
        }
        let leaf = Tensor.normal([1, 3], type: .float64, using: &generator).requiringGradient()
        let states = states(1, &generator)
        let value = layer.forward(leaf, in: states).value
        for row in 0..<3 {
            let slopes = gradients(
                of: value[0, row], withRespectTo: [leaf], keepingGraph: true)[0].doubles()
            #expect(slopes[(row + 1)...].allSatisfy { $0 == 0 })
            #expect(slopes[...row].allSatisfy { $0 != 0 })
        }
    }

    @Test func `numbers that a lower layer does not see change nothing`() {
        var generator = Generator(seed: 6)
        let layer = layer(width: 2, isSquashed: false, features: 2)
        let latents = Tensor.normal([4, 2], type: .float64, using: &generator)
        let states = states(4, &generator)
        let other = Tensor.concatenated(
            [states.slice(axis: 1, 0..<2), Tensor.ones([4, 1], type: .float64)], axis: 1)
        let values = [states, other].map { layer.forward(latents, in: $0).value }
        #expect((values[0] - values[1]).abs().max().item() == 0)
    }
}
