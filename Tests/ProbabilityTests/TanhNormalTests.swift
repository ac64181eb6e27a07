import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct TanhNormalTests {
    @Test func `the worked example`() {
        // Mean .3, deviation .5, u = 1.2; all numbers to six digits.
        let law = TanhNormal(Line.normal(0.3, 0.5))
        let unsquashed = Line.number(1.2)
        #expect(abs(unsquashed.tanh().item() - 0.833655) < 5e-7)
        let base = law.base.logDensity(unsquashed).item()
        #expect(abs(base + 1.845791) < 5e-7)
        let result = law.logDensity(unsquashed: unsquashed).item()
        #expect(abs(base - result + 1.187378) < 5e-7)
        #expect(abs(result + 0.658413) < 5e-7)
        #expect(abs(law.logDensity(unsquashed.tanh()).item() + 0.658413) < 5e-7)
    }

    @Test(arguments: [ElementType.float32, .float64])
    func `far out, densities and gradients stay finite`(_ type: ElementType) {
        for u in [-20.0, 20, -8, 8] {
            let mean = Tensor([u], type: type).requiringGradient()
            let deviation = Tensor([0.5], type: type)
            let law = TanhNormal(mean: mean, standardDeviation: deviation, eventRank: 1)
            var generator = Generator(seed: 1)
            let draw = law.reparameterizedDraw([100], using: &generator)
            #expect(draw.value.abs().max().item() <= 1)
            #expect(draw.logDensity.isFinite().all().item() == 1)
            let slope = gradients(of: draw.logDensity.sum(), withRespectTo: [mean])[0]
            #expect(slope.isFinite().all().item() == 1)
            // log(1 − tanh² u) → 2 (log 2 − |u|).
            let exact = law.base.logDensity(mean).item() - 2 * (log(2) - abs(u))
            let found = law.logDensity(unsquashed: mean).item()
            #expect(abs(found - exact) < 1e-5 * max(1, abs(exact)))
            // An action at the bound is rated at the nearest number inside.
            #expect(law.logDensity(Tensor([1], type: type)).item().isFinite)
            #expect(law.logDensity(Tensor([-1], type: type)).item().isFinite)
        }
    }

    @Test func `event axes are summed, batches are kept`() {
        let law = TanhNormal(
            mean: .zeros([4, 3]), standardDeviation: .ones([3]), eventRank: 1)
        #expect(law.batchShape == [4] && law.eventShape == [3])
        var generator = Generator(seed: 1)
        let draw = law.draw([2], using: &generator)
        #expect(draw.value.shape == [2, 4, 3] && draw.logDensity.shape == [2, 4])
        let single = TanhNormal(mean: .zeros([3]), standardDeviation: .ones([3]), eventRank: 0)
        let summed = single.logDensity(draw.value).sum(axis: -1)
        #expect(draw.logDensity.isClose(to: summed, relative: 1e-3, absolute: 1e-4))
        #expect(law.median.doubles() == [Double](repeating: 0, count: 12))
    }
}

extension Tensor {
    /// A tensor of a given type from numbers.
    convenience init(_ values: [Double], type: ElementType) {
        if type == .float64 {
            self.init(values)
        } else {
            self.init(values.map(Float.init))
        }
    }
}
