import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct AutoregressiveTests {
    private static func network(
        size: Int, context: Int = 0, using generator: inout Generator
    ) -> MaskedPerceptron {
        MaskedPerceptron(
            size: size, context: context, units: [16, 13], outputInitializer: .fanInUniform,
            type: .float64, using: &generator)
    }

    /// ∂ output / ∂ input, rows of outputs.
    private func jacobian(_ point: Tensor, _ map: (Tensor) -> Tensor) -> Tensor {
        let leaf = point.requiringGradient()
        let output = map(leaf).flattened()
        return .stacked(
            (0..<output.shape[0]).map {
                gradients(
                    of: output[$0], withRespectTo: [leaf], keepingGraph: true, allowUnused: true)[0]
            })
    }

    @Test(arguments: [1, 2, 5])
    func `an output sees the elements before its own, and those it does see`(size: Int) {
        var generator = Generator(seed: 1)
        let network = Self.network(size: size, context: 2, using: &generator)
        let point = Tensor.normal([size], type: .float64, using: &generator)
        let seen = Tensor.normal([2], type: .float64, using: &generator)
        let slopes = jacobian(point) { network($0, context: seen) }.abs()
            .reshaped([2, size, size])
        for output in 0..<2 {
            for row in 0..<size {
                let values = slopes[output][row].doubles()
                #expect(values[row...].allSatisfy { $0 == 0 })
                #expect(values[..<row].allSatisfy { $0 > 0 })
            }
        }
        #expect(jacobian(seen) { network(point, context: $0) }.abs().min().item() > 0)
    }

    @Test(arguments: [1, 2, 4])
    func `an inverse undoes, and determinants agree with the Jacobian`(size: Int) {
        var generator = Generator(seed: 2)
        let seen = Tensor.normal([3], type: .float64, using: &generator)
        let map = Autoregressive(
            Self.network(size: size, context: 3, using: &generator), context: seen, scaleLimit: 2)
        let value = Tensor.normal([6, size], type: .float64, using: &generator)
        for map in [map, Inverted(map), Chain([map, Inverted(map)])] as [any Bijector] {
            let image = map.forwardImage(value)
            #expect(image.logDeterminant.shape == [6])
            #expect(map.inverse(image.value).isClose(to: value, relative: 1e-9))
            let origin = map.inverseImage(image.value)
            #expect((origin.logDeterminant - image.logDeterminant).abs().max().item() < 1e-9)
            let slopes = jacobian(value[0]) { map.forward($0) }
            let logarithm = slopes.logDeterminant().logarithm.item() as Double
            #expect(abs(logarithm - image.logDeterminant[0].item()) < 1e-9)
        }
        let (there, back) = (map.forwardImage(value), Inverted(map).inverseImage(value))
        #expect(there.value.isClose(to: back.value))
        #expect(there.logDeterminant.isClose(to: -back.logDeterminant))
    }

    @Test func `a squashed flow's density integrates to one, and draws know theirs`() {
        var generator = Generator(seed: 3)
        let maps: [any Bijector] =
            (0..<2).map { _ in
                Autoregressive(Self.network(size: 2, using: &generator), scaleLimit: 1)
            } + [TanhMap()]
        let law = Transformed(Normal.standard([2], eventRank: 1, type: .float64), by: Chain(maps))
        let (points, weights) = Quadrature(from: -1, to: 1, panels: 60, order: 10).squared
        #expect(abs((law.logDensity(points).exp() * weights).sum().item() - 1) < 1e-4)
        let draw = law.reparameterizedDraw([40], using: &generator)
        #expect(draw.logDensity.isClose(to: law.logDensity(draw.value), relative: 1e-7))
    }
}
