import Foundation
import OptimistCore
import OptimistPlanning
import OptimistTorch
import Testing

@Suite struct ColoredNoiseTests {
    private func draw(_ exponent: Double, _ length: Int, _ count: Int, seed: UInt64 = 0) -> Tensor {
        var generator = Generator(seed: seed)
        return ColoredNoise(exponent: exponent, length: length).draw(
            [count], like: Tensor(0, type: .float64), using: &generator)
    }

    @Test(arguments: [10, 11], [0.0, 1, 2])
    func `every step has variance one`(length: Int, exponent: Double) {
        // The standard error of a variance over 1e5 draws is 0.0045.
        for variance in draw(exponent, length, 100_000).variance(axis: 0).doubles() {
            #expect(abs(variance - 1) < 0.02)
        }
    }

    @Test(arguments: [
        (10, 0.0, 0.0), (10, 1, 0.394385), (10, 2, 0.659274), (11, 0, 0), (11, 1, 0.411704),
        (11, 2, 0.687502),
    ])
    func `neighbouring steps are correlated as they should`(
        length: Int, exponent: Double, expected: Double
    ) {
        let noise = draw(exponent, length, 100_000, seed: 1)
        let products =
            noise.slice(axis: 1, 0..<length - 1) * noise.slice(axis: 1, 1..<length)
        #expect(abs(products.mean().item() - expected) < 0.01)
    }

    @Test(arguments: [0.0, 1, 2])
    func `the spectrum falls with the exponent`(exponent: Double) {
        let length = 1024
        let noise = draw(exponent, length, 1_000, seed: 2)
        let frequencies = 1..<length / 2
        let times = Tensor.arange(length, type: .float64).unsqueezed(axis: 1)
        let angles =
            times * Tensor(frequencies.map { 2 * Double.pi * Double($0) / Double(length) })
        let power =
            (noise.matmul(angles.cos()).square() + noise.matmul(angles.sin()).square())
            .mean(axis: 0).log().doubles()
        let logs = frequencies.map { log(Double($0)) }
        let center = logs.reduce(0, +) / Double(logs.count)
        let slope =
            zip(logs, power).reduce(0) { $0 + ($1.0 - center) * $1.1 }
            / logs.reduce(0) { $0 + ($1 - center) * ($1 - center) }
        #expect(abs(slope + exponent) < 0.02)
    }

    @Test(arguments: [1, 2])
    func `short sequences are normal too`(length: Int) {
        let noise = draw(2, length, 20_000, seed: 3)
        #expect(noise.isFinite().all().item() == 1)
        #expect(abs(noise.variance(axis: 0).doubles()[0] - 1) < 0.05)
    }
}
