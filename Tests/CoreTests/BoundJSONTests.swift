import Foundation
import OptimistCore
import Testing

@Suite struct BoundJSONTests {
    private func text(_ bound: Bound<Double>) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(bound), as: UTF8.self)
    }

    @Test func `keys are stable and an absent term is null`() throws {
        let bound = Bound(
            reward: -1.5, actionConsistency: 0.5,
            context: BoundContext(
                scope: .trajectory(steps: 3), source: .exact, rewardScale: 2, rewardOffset: 1))
        #expect(
            try text(bound) == """
                {"actionConsistency":0.5,"discount":1,"extras":{},"informationGain":null,\
                "reward":-1.5,"rewardOffset":1,"rewardScale":2,"scope":{"trajectory":3},\
                "source":"exact","standardErrors":{},"stateConsistency":null,"total":-2}
                """)
    }

    @Test func `a bound survives being written and read`() throws {
        let bound = Bound(
            reward: 0.1, informationGain: 1.0 / 3, stateConsistency: 0.25, actionConsistency: 1e-12,
            extras: [.init(name: "a", value: 2), .init(name: "options", value: -7.5)],
            context: BoundContext(
                scope: .perStep(validSteps: 512), source: .replay, discount: 0.99,
                rewardScale: 5, standardErrors: ["reward": 0.01]))
        let written = try text(bound)
        #expect(written.contains(#""scope":{"perStep":512}"#))
        let read = try JSONDecoder().decode(Bound<Double>.self, from: Data(written.utf8))
        #expect(read == bound)
        #expect(try text(read) == written)
    }

    @Test func `numbers that are not finite are null`() throws {
        let bound = Bound(
            reward: Double.nan, extras: [.init(name: "options", value: Double.infinity)],
            context: BoundContext(
                scope: .perStep(validSteps: 1), source: .rollout, standardErrors: ["reward": .nan]))
        let written = try text(bound)
        #expect(written.contains(#""reward":null,"#) && written.contains(#""total":null"#))
        #expect(written.contains(#""extras":{"options":null}"#))
        #expect(written.contains(#""standardErrors":{"reward":null}"#))
        let read = try JSONDecoder().decode(Bound<Double>.self, from: Data(written.utf8))
        #expect(read.firstNotFinite == "options")
        #expect(read.context.standardErrors["reward"]?.isNaN == true)
    }

    @Test(arguments: [#"{}"#, #"{"episode": 3}"#, #"{"trajectory": 1, "perStep": 2}"#, "3"])
    func `a scope that is neither or both is refused`(text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(BoundScope.self, from: Data(text.utf8))
        }
    }
}
