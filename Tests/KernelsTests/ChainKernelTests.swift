import Foundation
import OptimistCKernels
import OptimistCore
import Testing

/// The forward pass of every set that this machine can run.
@Suite struct ChainKernelTests {
    private var sets: [optimist_chain_set] {
        (0..<3).compactMap { optimist_chain_at(Int32($0))?.pointee }
    }

    private func law(_ count: Int, _ generator: inout Generator) -> [Double] {
        let draws = (0..<count).map { _ in generator.uniform(0.01, 1) }
        return draws.map { $0 / draws.reduce(0, +) }
    }

    @Test(arguments: [1, 2, 3, 4, 7, 8, 11, 16, 19])
    func `the pass is the recursion, from any step on`(states: Int) throws {
        try #require(!sets.isEmpty)
        var generator = Generator(seed: UInt64(states))
        let steps = 200
        let tables = (0..<2).map { _ in (0..<states).map { _ in law(states, &generator) } }
        let choice = (0..<steps - 1).map { _ in generator.integer(below: 2) }
        let likelihoods = (0..<steps * states).map { _ in generator.uniform(1e-6, 0.4) }
        let initial = law(states, &generator)
        var (filtered, predicted, evidence) = ([[Double]](), [initial], [Double]())
        for step in 0..<steps {
            let joint = (0..<states).map { predicted[step][$0] * likelihoods[step * states + $0] }
            evidence.append(joint.reduce(0, +))
            filtered.append(joint.map { $0 / evidence[step] })
            if step + 1 == steps { break }
            let table = tables[choice[step]]
            predicted.append(
                (0..<states).map { j in
                    (0..<states).reduce(0) { $0 + filtered[step][$1] * table[$1][j] }
                })
        }
        for set in sets {
            let width = set.width(states)
            var packed = [Double](repeating: 0, count: 2 * states * width)
            for (k, table) in tables.enumerated() {
                for i in 0..<states {
                    for j in 0..<states { packed[(k * states + i) * width + j] = table[i][j] }
                }
            }
            let starts = choice.map { $0 * states * width }
            for from in [0, 1, steps / 2, steps - 1, steps] {
                var a = [Double](repeating: .nan, count: steps * states)
                var (b, c) = (a, [Double](repeating: .nan, count: steps))
                for s in 0..<states { b[s] = initial[s] }
                for s in 0..<states where from > 0 {
                    a[(from - 1) * states + s] = filtered[from - 1][s]
                }
                let stop = set.forward(
                    from, steps, states, packed, starts, likelihoods, 1e-200, &a, &b, &c)
                #expect(stop == steps)
                for step in from..<steps {
                    #expect(abs(c[step] / evidence[step] - 1) < 1e-13)
                    for s in 0..<states {
                        #expect(abs(a[step * states + s] - filtered[step][s]) < 1e-14)
                        #expect(abs(b[step * states + s] - predicted[step][s]) < 1e-14)
                    }
                }
            }
        }
    }

    @Test(arguments: [2, 5]) func `the pass stops where the evidence is too small`(states: Int) {
        for set in sets {
            let width = set.width(states)
            var packed = [Double](repeating: 0, count: states * width)
            for i in 0..<states { packed[i * width + i] = 1 }
            var likelihoods = [Double](repeating: 1, count: 6 * states)
            for s in 0..<states { likelihoods[4 * states + s] = 1e-220 }
            var a = [Double](repeating: 1 / Double(states), count: 6 * states)
            var (b, c) = (a, [Double](repeating: 0, count: 6))
            let stop = set.forward(0, 6, states, packed, nil, likelihoods, 1e-200, &a, &b, &c)
            #expect(stop == 4 && c[3] == 1)
            for s in 0..<states { #expect(abs(b[4 * states + s] * Double(states) - 1) < 1e-15) }
        }
    }

    @Test func `logarithms agree with the C library`() {
        var generator = Generator(seed: 9)
        var values = (0..<1001).map { _ in exp(generator.uniform(-500, 500)) }
        values += (0..<1001).map { _ in generator.uniform(0.5, 2) }
        values += [1, 1.0.nextUp, 1.0.nextDown, 0.5.squareRoot(), 2.0.squareRoot(), 1e-307]
        for set in sets {
            var results = values
            set.log_plus(values.count, &results, [Double](repeating: 0, count: values.count))
            for (value, result) in zip(values, results) {
                #expect(abs(result - log(value)) <= 2 * log(value).ulp)
            }
        }
    }
}
