import OptimistAgents
import OptimistCore
import Testing

@Suite struct LinearProbeTests {
    private func normals(_ rows: Int, _ columns: Int, seed: UInt64) -> [[Double]] {
        var generator = Generator(seed: seed)
        return (0..<rows).map { _ in (0..<columns).map { _ in generator.normal() } }
    }

    @Test func `what is linear is read off exactly`() throws {
        let features = normals(200, 4, seed: 1)
        func targets(_ rows: [[Double]]) -> [[Double]] {
            rows.map { [3 * $0[0] - 2 * $0[2] + 7, $0[1] * 1e6] }
        }
        let probe = try LinearProbe(
            features: features, targets: targets(features), penalty: 0)
        let others = normals(50, 4, seed: 2)
        for (read, known) in zip(probe.predictions(others), targets(others)) {
            #expect(abs(read[0] - known[0]) < 1e-10 && abs(read[1] - known[1]) < 1e-4)
        }
        let found = probe.determination(features: others, targets: targets(others))
        #expect(found.allSatisfy { abs($0! - 1) < 1e-12 })
    }

    @Test func `R² on other rows is the share of variance that noise leaves`() throws {
        func world(_ seed: UInt64) -> (features: [[Double]], targets: [[Double]]) {
            let numbers = normals(20_000, 4, seed: seed)
            return (
                numbers.map { [$0[0], $0[1]] }, numbers.map { [$0[0] + 0.5 * $0[2], $0[3], 5] }
            )
        }
        let (fitted, others) = (world(3), world(4))
        let probe = try LinearProbe(features: fitted.features, targets: fitted.targets)
        let found = probe.determination(features: others.features, targets: others.targets)
        // 1 − 0.25 / 1.25; the standard error of R² is below 0.004.
        #expect(abs(found[0]! - 0.8) < 0.016)
        // Nothing tells of the second; a number that never changes has no R².
        #expect(found[1]! < 0.001 && found[1]! > -0.01)
        #expect(found[2] == nil)
    }

    @Test func `the penalty shrinks standardized weights as the formula says`() throws {
        let features = [[1.0], [2], [3], [4]]
        let targets = [[1.0], [3], [2], [5]]
        // Σ x y over standardized x: covariance 1.375 in deviations of √1.25; Σ x² is n.
        for penalty in [0, 0.5, 3.0] {
            let probe = try LinearProbe(features: features, targets: targets, penalty: penalty)
            let slope = 1.375 / 1.25 / (1 + penalty)
            #expect(abs(probe.predictions([[4]])[0][0] - (2.75 + slope * 1.5)) < 1e-12)
        }
    }

    @Test func `features that do not change, or repeat each other, are no trouble`() throws {
        let features = normals(100, 1, seed: 5).map { [$0[0], 2, $0[0]] }
        let probe = try LinearProbe(features: features, targets: features.map { [$0[0]] })
        #expect(
            probe.determination(features: features, targets: features.map { [$0[0]] })[0]! > 0.9999)
    }

    @Test func `a belief probe finds what is hidden by what is shown`() throws {
        var generator = Generator(seed: 6)
        var probe = BeliefProbe(episodes: 6)
        for episode in 0..<6 {
            for _ in 0..<100 {
                let (angle, speed) = (Float(generator.normal()), Float(generator.normal()))
                let noise = Float(generator.normal())
                probe.add(
                    to: episode, features: [angle + speed, speed], shown: [angle, noise],
                    whole: [speed, angle])
            }
        }
        let entries = try probe.entries()
        #expect(entries.map(\.origin) == [.hidden, .shown, .shown])
        #expect(entries.map(\.index) == [0, 0, 1])
        #expect(entries[0].determination! > 0.999 && entries[1].determination! > 0.999)
        // The belief knows nothing of the distractor.
        #expect(entries[2].determination! < 0.05)
    }
}
