import Foundation
import OptimistCore
import OptimistModels
import OptimistTorch
import Testing

@Suite struct BayesianNetworkTests {
    /// Rows of three numbers and what follows them.
    private func data(_ count: Int, _ generator: inout Generator) -> (Tensor, Tensor) {
        let inputs = Tensor.normal([count, 3], using: &generator)
        let targets = inputs.slice(axis: 1, 0..<2) * 0.5 + 0.3
        return (inputs, targets)
    }

    private func network(_ sizes: [Int], deviation: Double = 0.5) -> BayesianNetwork {
        var generator = Generator(seed: 4)
        return BayesianNetwork(
            sizes: sizes, likelihoodDeviation: deviation, initialDeviation: 0.2,
            using: &generator)
    }

    @Test func `the divergence from the prior is that of each weight`() {
        var generator = Generator(seed: 1)
        let network = BayesianNetwork(
            sizes: [1, 1], likelihoodDeviation: 1, priorDeviation: 1, initialDeviation: 0.9,
            using: &generator)
        network.means[0].detached().fill(0.1)
        // Weight and bias: twice KL(N(0.1, 0.9²) ‖ N(0, 1)) = 0.015361.
        #expect(abs(withoutGradient { network.divergenceFromPrior.item() } - 0.030721) < 1e-6)
    }

    @Test func `the fitted bound is the expectation under the weights' law`() {
        var generator = Generator(seed: 2)
        let network = network([2, 1])
        let rows = 200_000
        let input = Tensor([Float(0.7), -1.2], shape: [1, 2])
        let estimate = withoutGradient {
            network.bound(
                inputs: input.expanded([rows, 2]), targets: Tensor.full([rows, 1], 0.4),
                dataCount: 50, using: &generator
            ).item()
        }
        let (mean, deviation) = (network.means[0].doubles(), network.deviations[0].doubles())
        let reads = [Double(Float(0.7)), Double(Float(-1.2)), 1]
        let center = zip(mean, reads).reduce(0) { $0 + $1.0 * $1.1 }
        let variance = zip(deviation, reads).reduce(0) { $0 + $1.0 * $1.0 * $1.1 * $1.1 }
        let distance = 0.4 - center
        let logDensity =
            -0.5 * (distance * distance + variance) / 0.25 - log(0.5) - 0.5 * log(2 * .pi)
        let expected =
            logDensity - withoutGradient { network.divergenceFromPrior.item() } / 50
        // The variance of (d + √v ε)² / (2 s²) is (2 v² + 4 d² v) / (4 s⁴).
        let spread =
            ((2 * variance * variance + 4 * distance * distance * variance) / (4 * 0.0625))
            .squareRoot()
        #expect(abs(estimate - expected) < 4 * spread / Double(rows).squareRoot() + 1e-5)
    }

    /// The same draws of weights, with gradients by automatic differentiation.
    @Test func `information is half the squared gradient in units of the curvature`() {
        var generator = Generator(seed: 3)
        let network = network([3, 6, 5, 2])
        let (inputs, targets) = data(4, &generator)
        let samples = 3
        var (first, second) = (generator, generator)
        let found = network.informationGain(
            inputs: inputs, targets: targets, stepSize: 0.01, samples: samples, using: &first
        ).doubles()
        let noise = network.means.map {
            Tensor.normal([samples] + $0.shape, using: &second)
        }
        for row in 0..<4 {
            let input = inputs.slice(axis: 0, row..<row + 1)
            let target = targets.slice(axis: 0, row..<row + 1)
            var loss = Tensor.zeros([])
            for sample in 0..<samples {
                var value = input
                for layer in network.means.indices {
                    let weight =
                        network.means[layer] + network.rawDeviations[layer].softplus()
                        * noise[layer].select(axis: 0, sample)
                    let reads = Tensor.concatenated([value, Tensor.ones([1, 1])], axis: 1)
                    value = reads.matmul(weight)
                    if layer < 2 { value = value.relu() }
                }
                loss += (target - value).square().sum() * (0.5 / 0.25 / Double(samples))
            }
            let byMean = gradients(
                of: loss, withRespectTo: network.means, keepingGraph: true)
            let byRaw = gradients(of: loss, withRespectTo: network.rawDeviations)
            var expected = 0.0
            for layer in network.means.indices {
                let deviation = network.deviations[layer].detached()
                let slope = network.rawDeviations[layer].detached().sigmoid()
                let square =
                    byMean[layer].square() * deviation.square()
                    + byRaw[layer].square() * deviation.square() / (slope.square() * 2)
                expected += 0.5 * 1e-4 * square.sum().item()
            }
            #expect(abs(found[row] / expected - 1) < 1e-4)
        }
    }

    @Test func `the quick divergence is the step's own to third order`() {
        var generator = Generator(seed: 3)
        let network = network([3, 6, 2], deviation: 0.4)
        let (inputs, targets) = data(50, &generator)
        func gap(_ step: Double) -> Double {
            let parts = [InformationForm.secondOrder, .exact].map { form in
                var same = generator
                return network.informationGain(
                    inputs: inputs, targets: targets, stepSize: step, samples: 10, form: form,
                    using: &same
                ).mean().item()
            }
            return abs(parts[1] / parts[0] - 1)
        }
        let gaps = [0.2, 0.1, 0.05].map(gap)
        #expect(gaps[0] < 0.3 && gaps[2] > 0)
        // Relative to the square, what is left is of first order: halving the step halves it.
        for (large, small) in zip(gaps, gaps.dropFirst()) {
            #expect((1.5...2.6).contains(large / small))
        }
    }

    @Test func `what is seen again and again teaches nothing more`() {
        var generator = Generator(seed: 5)
        let network = network([3, 8, 2])
        let (inputs, targets) = data(64, &generator)
        let optimizer = Adam(network.parameters, learningRate: 1e-2)
        func gain() -> Double {
            var same = Generator(seed: 6)
            return network.informationGain(
                inputs: inputs, targets: targets, stepSize: 0.01, samples: 10, using: &same
            ).mean().item()
        }
        var gains = [gain()]
        for repetitions in [10, 1_000] {
            for _ in 0..<400 {
                let bound = network.bound(
                    inputs: inputs, targets: targets, dataCount: 64 * repetitions,
                    using: &generator)
                optimizer.minimize(-bound)
            }
            gains.append(gain())
        }
        #expect(gains[1] < 0.2 * gains[0] && gains[2] < 0.5 * gains[1])
    }
}
