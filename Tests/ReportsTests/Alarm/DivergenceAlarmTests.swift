import Foundation
import OptimistCore
import OptimistReports
import Testing

@Suite struct DivergenceAlarmTests {
    /// The first warning of a stream and the place and value where it came.
    private func first(
        _ count: Int, _ value: (Int) -> Double
    ) -> (place: Int, value: Double, warning: DivergenceAlarm.Warning)? {
        var alarm = DivergenceAlarm()
        for place in 0..<count {
            if let warning = alarm.observe("loss", value(place)) {
                return (place, value(place), warning)
            }
        }
        return nil
    }

    @Test(arguments: [0.01, 1, 1e3, 1e8])
    func `quiet noise around any level raises no alarm`(level: Double) {
        var generator = Generator(seed: 1)
        // Log-normal with a spread of a factor of ten: heavier than gradient norms as a rule.
        #expect(first(60_000) { _ in level * exp(2.3 * generator.normal()) } == nil)
    }

    @Test(arguments: [1e3, 30, 3, 1.5, 1.1, 1.01, 1.001, 1.000_1])
    func `exponential growth is told before 1e30`(factor: Double) throws {
        var generator = Generator(seed: 2)
        let log = Foundation.log(factor)
        let found = try #require(
            first(Int(88 / log) + 1) { exp(log * Double($0) + 0.2 * generator.normal()) })
        #expect(found.value < 1e30)
        #expect(found.warning.name == "loss")
        #expect(found.warning.growth > 1 && found.warning.valuesLeft > 0)
    }

    @Test func `growth after a long quiet time is told soon, with a fair forecast`() throws {
        var generator = Generator(seed: 3)
        let found = try #require(
            first(60_000) { place in
                let grown = max(0, Double(place) - 50_000) * 0.05
                return 0.3 * exp(grown + 0.5 * generator.normal())
            })
        #expect(found.place > 50_000 && found.value < 1e15)
        #expect(abs(log(found.warning.growth) - 0.05) < 0.03)
    }

    @Test(arguments: [1e2, 1e6, 1e12], [0, 1_003, 5_000])
    func `a step to another level raises no alarm`(height: Double, place: Int) {
        for seed in 0..<8 {
            var generator = Generator(seed: UInt64(seed))
            let found = first(9_000) { index in
                (index < place ? 1 : height) * exp(0.7 * generator.normal())
            }
            #expect(found == nil, "seed \(seed): \(String(describing: found))")
        }
    }

    @Test(arguments: [1.0, 2, 3])
    func `growth by a power of time raises no alarm`(power: Double) {
        var generator = Generator(seed: 5)
        #expect(
            first(100_000) { Foundation.pow(Double($0 + 1), power) * exp(0.3 * generator.normal()) }
                == nil)
    }

    @Test func `a loss that leaves zero, and single spikes, raise no alarm`() {
        #expect(first(20_000) { 5 * (1 - exp(-1e-9 - Double($0) / 300)) } == nil)
        #expect(first(20_000) { 1e-9 * exp(min(Double($0) / 20, 22)) } == nil)
        #expect(first(20_000) { $0 % 50 == 0 ? 1e9 : 1 } == nil)
        #expect(first(2_000) { $0 % 3 == 0 ? .nan : 0 } == nil)
    }

    @Test func `growth that goes on is told again, and streams are apart`() {
        var alarm = DivergenceAlarm()
        var warnings: [String] = []
        for place in 0..<2_000 {
            if let warning = alarm.observe("critic", exp(Double(place) / 30)) {
                warnings.append(warning.name)
            }
            if let warning = alarm.observe("actor", 1 + 0.1 * sin(Double(place))) {
                warnings.append(warning.name)
            }
        }
        #expect(warnings.count >= 2 && Set(warnings) == ["critic"])
    }

    @Test func `the state is stored and goes on`() throws {
        var whole = DivergenceAlarm()
        var stored = DivergenceAlarm()
        for place in 0..<400 {
            let value = exp(Double(place) / 10)
            let expected = whole.observe("loss", value)
            #expect(stored.observe("loss", value) == expected)
            stored = try JSONDecoder().decode(
                DivergenceAlarm.self, from: JSONEncoder().encode(stored))
        }
        #expect(stored == whole)
    }

    @Test func `the sentence names the stream and what to do`() throws {
        let found = try #require(first(1_000) { exp(Double($0)) })
        #expect(found.warning.description.hasPrefix("loss grows without end: now about "))
        #expect(found.warning.description.hasSuffix("lower the learning rate or clip gradients"))
    }
}
