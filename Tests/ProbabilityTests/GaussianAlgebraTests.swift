import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct GaussianAlgebraTests {
    let first = MultivariateNormal(
        mean: Tensor([0.2, -0.3]), covariance: Tensor([0.5, 0.3, 0.3, 0.8], shape: [2, 2]))
    let second = MultivariateNormal(
        mean: Tensor([-0.1, 0.6]), covariance: Tensor([0.9, -0.4, -0.4, 0.7], shape: [2, 2]))

    @Test func `a product is the product of densities, normalized`() {
        let points = Tensor([0, 0, 1, -1, 0.3, 2] as [Double], shape: [3, 2])
        let (law, normalizer) = first.product(with: second)
        let expected = first.logDensity(points) + second.logDensity(points)
        #expect((law.logDensity(points) + normalizer).isClose(to: expected, relative: 1e-10))

        let left = Normal(
            mean: Tensor([0.2, -0.3]), standardDeviation: Tensor([0.4, 1.5]), eventRank: 1)
        let right = Normal(
            mean: Tensor([-0.1, 0.6]), standardDeviation: Tensor([0.9, 0.7]), eventRank: 1)
        let (diagonal, constant) = left.product(with: right)
        let sum = left.logDensity(points) + right.logDensity(points)
        #expect((diagonal.logDensity(points) + constant).isClose(to: sum, relative: 1e-10))
    }

    @Test func `marginal times conditional is the joint`() {
        var generator = Generator(seed: 1)
        let factor = Tensor([0.7, 0, 0, 0.3, 0.5, 0, -0.2, 0.1, 0.9], shape: [3, 3])
        let joint = MultivariateNormal(mean: Tensor([1.0, 2, 3]), choleskyFactor: factor)
        let values = joint.sample([6], using: &generator)
        for known in [[1], [2, 0], [0, 1]] {
            let free = [0, 1, 2].filter { !known.contains($0) }
            let given = values.indexSelect(axis: -1, Tensor(known))
            let marginal = joint.marginal(of: known).logDensity(given)
            let conditional = joint.conditioned(on: known, equalTo: given)
            #expect(conditional.batchShape == [6] && conditional.size == free.count)
            let rest = values.indexSelect(axis: -1, Tensor(free))
            let product = marginal + conditional.logDensity(rest)
            #expect(product.isClose(to: joint.logDensity(values), relative: 1e-10))
        }
    }

    @Test func `linear maps carry mean and covariance along`() {
        let matrix = Tensor([1, 2, 0, -1, 3, 1] as [Double], shape: [3, 2])
        let shift = Tensor([0.0, 1, 2])
        let noise = Tensor.identity(3, type: .float64) * 0.1
        let law = first.mapped(by: matrix, shift: shift, noiseCovariance: noise)
        #expect(law.mean.isClose(to: Tensor([-0.4, 1.3, 2.3]), relative: 1e-12))
        let expected = matrix.matmul(first.covariance).matmul(matrix.transposed()) + noise
        #expect(law.covariance.isClose(to: expected, relative: 1e-10))

        let scale = Tensor([-2.0])
        let line = Normal(mean: Tensor([0.5]), standardDeviation: Tensor([0.3]), eventRank: 1)
        let image = line.mapped(scale: scale, shift: scale, noiseDeviation: Tensor([0.8]))
        #expect(abs(image.mean.item() + 3) < 1e-12)
        #expect(abs(image.variance.item() - 1) < 1e-12)
    }

    @Test func `predicting and conditioning is a Kalman update`() {
        // z ~ N(0, 1), x = z + noise of variance .25, x = 1: filter N(.8, .2).
        let state = MultivariateNormal(
            mean: Tensor([0.0]), choleskyFactor: Tensor([1.0], shape: [1, 1]))
        let both = state.mapped(
            by: Tensor([1.0, 1], shape: [2, 1]),
            noiseCovariance: Tensor([1e-12, 0, 0, 0.25], shape: [2, 2]))
        let filter = both.conditioned(on: [1], equalTo: Tensor([1.0]))
        #expect(abs(filter.mean.item() - 0.8) < 1e-9)
        #expect(abs(filter.variance.item() - 0.2) < 1e-9)
        let evidence = both.marginal(of: [1]).logDensity(Tensor([1.0])).item()
        #expect(abs(evidence + 1.430510) < 1e-6)
    }

    @Test func `a mixture is matched in mean and covariance`() {
        let components = MultivariateNormal(
            mean: Tensor.stacked([first.mean, second.mean]),
            covariance: Tensor.stacked([first.covariance, second.covariance]))
        let mixture = Mixture(logits: Tensor([0.0, log(3)]), components: components)
        let law = MultivariateNormal(matching: mixture)
        let (points, weights) = Quadrature(from: -8, to: 8, panels: 20, order: 12).squared
        let mass = (mixture.logDensity(points).exp() * weights).unsqueezed(axis: 1)
        let mean = (mass * points).sum(axis: 0)
        let centered = points - mean
        #expect(law.mean.isClose(to: mean, relative: 1e-8))
        let covariance = (centered * mass).transposed().matmul(centered)
        #expect(law.covariance.isClose(to: covariance, relative: 1e-8))
        #expect(mixture.variance.isClose(to: covariance.diagonal(), relative: 1e-8))

        let line = Line.mixture()
        let matched = Normal(matching: line)
        #expect(abs(matched.mean.item() - line.mean.item()) < 1e-12)
        #expect(abs(matched.variance.item() - line.variance.item()) < 1e-12)
    }

    @Test func `a covariance that is none is refused`() {
        let singular = Tensor([1.0, 2, 2, 1], shape: [2, 2])
        let mean = Tensor([0.0, 0])
        #expect(MultivariateNormal.ifPositiveDefinite(mean: mean, covariance: singular) == nil)
        let law = MultivariateNormal.ifPositiveDefinite(mean: mean, covariance: first.covariance)
        #expect(law?.covariance.isClose(to: first.covariance) == true)
    }
}
