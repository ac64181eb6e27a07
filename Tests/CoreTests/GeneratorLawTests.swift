import OptimistCore
import OptimistOracles
import Testing

@Suite struct GeneratorLawTests {
    private let count = 100_000

    private func samples(seed: UInt64, _ draw: (inout Generator) -> Double) -> [Double] {
        var generator = Generator(seed: seed)
        return (0..<count).map { _ in draw(&generator) }
    }

    @Test func `uniform numbers have the uniform law`() {
        let values = samples(seed: 5) { $0.uniform() }
        #expect(values.allSatisfy { 0 <= $0 && $0 < 1 })
        // Standard errors 0.0009 and 0.0009: variances 1/12 and 1/5 − 1/9 = 4/45 over 100,000.
        #expect(Estimate(of: values).deviations(from: 0.5) < 4)
        #expect(Estimate(of: values.map { $0 * $0 }).deviations(from: 1.0 / 3) < 4)
        #expect(KolmogorovSmirnov(values, against: { $0 }).pValue > 0.001)
    }

    @Test func `uniform numbers fill the interval that is asked for`() {
        let values = samples(seed: 6) { $0.uniform(-3, 5) }
        #expect(values.allSatisfy { -3 <= $0 && $0 < 5 })
        #expect(KolmogorovSmirnov(values, against: { ($0 + 3) / 8 }).pValue > 0.001)
    }

    @Test func `normal numbers have the normal law`() {
        let values = samples(seed: 8) { $0.normal() }
        // Standard errors of the first four moments over 100,000: 0.0032, 0.0045, 0.012, 0.031.
        for (power, moment) in [(1, 0.0), (2, 1), (3, 0), (4, 3)] {
            let powers = values.map { value in
                (0..<power).reduce(1) { product, _ in product * value }
            }
            #expect(Estimate(of: powers).deviations(from: moment) < 4)
        }
        let test = KolmogorovSmirnov(values, against: standardNormalDistributionFunction)
        #expect(test.pValue > 0.001)
        #expect(values.allSatisfy { $0.isFinite })
    }

    @Test func `consecutive normal numbers are not correlated`() {
        let values = samples(seed: 9) { $0.normal() }
        let products = zip(values, values.dropFirst()).map { $0 * $1 }
        #expect(Estimate(of: products).deviations(from: 0) < 4)
    }

    @Test func `categorical draws follow their weights and never have weight zero`() {
        let weights = [0.5, 0, 2, 1.5, 0]
        var generator = Generator(seed: 10)
        var counts = [Int](repeating: 0, count: weights.count)
        for _ in 0..<count { counts[generator.categorical(weights)] += 1 }
        #expect(counts[1] == 0 && counts[4] == 0)
        for (index, weight) in weights.enumerated() where weight > 0 {
            let probability = weight / 4
            let error = (probability * (1 - probability) / Double(count)).squareRoot()
            #expect(abs(Double(counts[index]) / Double(count) - probability) < 4 * error)
        }
    }

    @Test func `integers and coins are fair`() {
        var generator = Generator(seed: 12)
        var counts = [Int](repeating: 0, count: 6)
        for _ in 0..<count { counts[generator.integer(below: 6)] += 1 }
        // Standard error of each count: √(n · 1/6 · 5/6) = 118.
        #expect(counts.allSatisfy { abs(Double($0) - Double(count) / 6) < 4 * 118 })
        let heads = samples(seed: 13) { $0.bernoulli(0.3) ? 1 : 0 }
        #expect(Estimate(of: heads).deviations(from: 0.3) < 4)
        var edge = Generator(seed: 14)
        #expect(!(0..<1000).contains { _ in edge.bernoulli(0) })
        #expect((0..<1000).allSatisfy { _ in edge.bernoulli(1) })
    }

    @Test func `a permutation holds every number once, each equally often first`() {
        var generator = Generator(seed: 15)
        var first = [Int](repeating: 0, count: 5)
        for _ in 0..<10_000 {
            let order = generator.permutation(5)
            #expect(order.sorted() == [0, 1, 2, 3, 4])
            first[order[0]] += 1
        }
        // Standard error of each count: √(10,000 · 0.2 · 0.8) = 40.
        #expect(first.allSatisfy { abs($0 - 2000) < 160 })
        #expect(generator.permutation(0) == [])
    }
}
