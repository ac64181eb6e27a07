import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct DiscreteChannelTests {
    private func random(_ inputs: Int, _ outputs: Int, seed: UInt64) throws -> DiscreteChannel {
        var generator = Generator(seed: seed)
        return try DiscreteChannel((0..<inputs).map { _ in law(outputs, &generator) })
    }

    private func law(_ count: Int, _ generator: inout Generator) -> [Double] {
        let weights = (0..<count).map { _ in -log(1 - generator.uniform()) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    @Test func `a binary symmetric channel and a slip channel have their known capacities`() throws
    {
        let flip = try DiscreteChannel([[0.9, 0.1], [0.1, 0.9]]).capacity()
        #expect(abs(flip.lower - 0.368064) < 5e-7 && flip.upper - flip.lower <= 1e-9)
        let slip = try DiscreteChannel(
            (0..<4).map { input in (0..<4).map { $0 == input ? 0.8 : 0.2 / 3 } }
        ).capacity()
        #expect(abs(slip.lower - 0.666169) < 5e-7 && slip.upper - slip.lower <= 1e-9)
    }

    @Test func `an erasure channel and a Z channel attain their closed forms`() throws {
        let erasure = try DiscreteChannel([[0.7, 0.3, 0], [0, 0.3, 0.7]]).capacity()
        #expect(abs(erasure.lower - 0.7 * log(2)) < 1e-9)
        // Z channel with crossover e: log(1 + (1 − e) e^(e / (1 − e))).
        let e = 0.3
        let z = try DiscreteChannel([[1, 0], [e, 1 - e]]).capacity()
        #expect(abs(z.lower - log(1 + (1 - e) * pow(e, e / (1 - e)))) < 1e-9)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `information never falls, and its bounds hold the capacity`(seed: UInt64) throws {
        let channel = try random(7, 5, seed: seed)
        let found = try channel.capacity(tolerance: 1e-7)
        for (before, after) in zip(found.progress, found.progress.dropFirst()) {
            #expect(after >= before - 1e-14)
        }
        #expect(found.lower <= found.upper && found.upper - found.lower <= 1e-7)
        #expect(abs(channel.mutualInformation(found.source) - found.lower) < 1e-14)
        #expect(abs(found.source.reduce(0, +) - 1) < 1e-12)
        var generator = Generator(seed: seed).split("sources")
        for _ in 0..<200 {
            let source = law(7, &generator)
            #expect(channel.mutualInformation(source) <= found.upper + 1e-12)
        }
    }

    @Test func `a decoder bounds the information, and the posterior attains it`() throws {
        let channel = try random(6, 4, seed: 4)
        var generator = Generator(seed: 5)
        for _ in 0..<50 {
            let source = law(6, &generator)
            let information = channel.mutualInformation(source)
            let exact = channel.variationalInformation(source, decoder: channel.posterior(source))
            #expect(abs(exact - information) < 1e-12)
            let laws = (0..<4).map { _ in law(6, &generator) }
            let decoder = Matrix(rows: 6, columns: 4) { laws[$1][$0] }
            let bound = channel.variationalInformation(source, decoder: decoder)
            #expect(bound <= information + 1e-12)
            let best = channel.bestSource(for: decoder)
            #expect(best.bound >= bound - 1e-12)
            let attained = channel.variationalInformation(best.source, decoder: decoder)
            #expect(abs(attained - best.bound) < 1e-12)
        }
    }

    @Test func `alternating decoder and source is the algorithm`() throws {
        let channel = try random(5, 5, seed: 6)
        var source = channel.uniformSource
        let found = try channel.capacity(tolerance: 1e-6)
        for expected in found.progress.prefix(20) {
            #expect(abs(channel.mutualInformation(source) - expected) < 1e-12)
            source = channel.bestSource(for: channel.posterior(source)).source
        }
    }

    @Test func `what is no channel is refused, and so is too little time`() throws {
        #expect(throws: EmpowermentError.empty(inputs: 0, outputs: 0)) { try DiscreteChannel([]) }
        #expect(throws: EmpowermentError.sum(input: 1, sum: 0.5)) {
            try DiscreteChannel([[1, 0], [0.25, 0.25]])
        }
        #expect(throws: EmpowermentError.probability(input: 0, output: 1, value: -0.5)) {
            try DiscreteChannel([[1.5, -0.5]])
        }
        let channel = try random(7, 5, seed: 1)
        let error = try #require(throws: EmpowermentError.self) {
            try channel.capacity(tolerance: 1e-9, maximumIterations: 2)
        }
        guard case .notConverged(2, let lower, let upper, 1e-9) = error else {
            Issue.record("\(error)")
            return
        }
        let capacity = try channel.capacity(tolerance: 1e-6)
        #expect(lower <= capacity.upper && upper >= capacity.lower)
        #expect(error.description.hasSuffix("allow more iterations or a larger tolerance"))
    }
}
