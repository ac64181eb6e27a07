import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct BijectorTests {
    /// A coupling whose scale and shift are simple functions of the kept part.
    static func coupling(movesFirst: Bool) -> Coupling {
        Coupling(firstCount: 1, movesFirst: movesFirst, scaleLimit: 2) { kept in
            let total = kept.sum(axis: -1, keepingDimensions: true)
            let count = movesFirst ? 1 : 2
            let shape = Array(kept.shape.dropLast()) + [count]
            return (total.sin().expanded(shape), (total * 0.5).expanded(shape))
        }
    }

    static func maps() -> [any Bijector] {
        [
            Line.affine(), ExpMap(), TanhMap(), SigmoidMap(), coupling(movesFirst: true),
            coupling(movesFirst: false),
            Chain([coupling(movesFirst: true), TanhMap(), coupling(movesFirst: false)]),
        ]
    }

    @Test func `an inverse undoes, and determinants agree with the Jacobian`() {
        let point = [0.4, -0.7, 1.1]
        for map in BijectorTests.maps() {
            let value = Tensor([point, [0.1, 0.2, 0.3]].flatMap { $0 }, shape: [2, 3])
            let image = map.forwardImage(value)
            #expect(map.inverse(image.value).isClose(to: value, relative: 1e-9))
            let origin = map.inverseImage(image.value)
            #expect(origin.logDeterminant.isClose(to: image.logDeterminant, relative: 1e-9))
            #expect(map.forward(value).isClose(to: image.value, relative: 1e-12))
            #expect(map.logDeterminant(at: value).isClose(to: image.logDeterminant))

            let leaf = Tensor(point).requiringGradient()
            let output = map.forward(leaf)
            let rows = (0..<3).map {
                gradients(of: output[$0], withRespectTo: [leaf], keepingGraph: true)[0]
            }
            let logarithm = Tensor.stacked(rows).logDeterminant().logarithm.item()
            let found = map.logDeterminant(at: Tensor(point)).sum().item()
            #expect(abs(logarithm - found) < 1e-10)
        }
    }

    @Test func `a flow's density integrates to one`() {
        let base = Normal.standard([2], eventRank: 1, type: .float64)
        let coupling = Coupling(firstCount: 1, movesFirst: false) { ($0.sin(), $0 * 0.5) }
        let other = Coupling(firstCount: 1, movesFirst: true) { ($0.cos() * 0.3, $0.sin()) }
        let law = Transformed(base, by: Chain([coupling, other]))
        let (points, weights) = Quadrature(from: -22, to: 22, panels: 50, order: 10).squared
        #expect(abs((law.logDensity(points).exp() * weights).sum().item() - 1) < 1e-6)
        var generator = Generator(seed: 1)
        let draw = law.reparameterizedDraw([10], using: &generator)
        #expect(draw.logDensity.isClose(to: law.logDensity(draw.value), relative: 1e-8))
    }

    @Test func `a squashed normal law is the tanh normal law`() {
        let plain = Transformed(Line.normal(), by: TanhMap())
        let actions = Tensor([-0.9, 0.1, 0.8])
        let expected = TanhNormal(Line.normal()).logDensity(actions)
        #expect(plain.logDensity(actions).isClose(to: expected, relative: 1e-12))
        let other = Transformed(Line.normal(0, 1), by: TanhMap())
        let known = Line.normal().divergence(to: Line.normal(0, 1)).item()
        #expect(abs(divergence(from: plain, to: other).item() - known) < 1e-12)
        let third = Transformed(Line.normal(0, 1), by: SigmoidMap())
        #expect(closedFormDivergence(from: plain, to: third) == nil)
    }

    @Test func `extremes of tanh and sigmoid stay finite`() {
        let far = Tensor([-20.0, 20])
        #expect(TanhMap().logDeterminant(at: far).isFinite().all().item() == 1)
        #expect(SigmoidMap().logDeterminant(at: far).isFinite().all().item() == 1)
        #expect(TanhMap().inverse(Tensor([-1.0, 1])).isFinite().all().item() == 1)
        #expect(SigmoidMap().inverse(Tensor([0.0, 1])).isFinite().all().item() == 1)
    }

    @Test func `an empty chain is the identity`() {
        let value = Tensor([1.0, 2])
        let image = Chain([]).forwardImage(value)
        #expect(image.value.doubles() == [1, 2] && image.logDeterminant.doubles() == [0, 0])
        #expect(Chain([TanhMap()]).isSame(as: Chain([TanhMap()])))
        #expect(!Chain([TanhMap()]).isSame(as: Chain([ExpMap()])))
    }
}
