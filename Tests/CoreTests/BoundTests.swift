import Foundation
import OptimistCore
import Testing

@Suite struct BoundTests {
    private let exact = BoundContext(scope: .trajectory(steps: 3), source: .exact)

    @Test func `the total is gains minus costs plus extras`() {
        let bound = Bound(
            reward: -2.0, informationGain: 0.75, stateConsistency: 0.5, actionConsistency: 0.25,
            extras: [.init(name: "options", value: -0.125)], context: exact)
        #expect(bound.total == -2.125)
        #expect(
            bound.terms.map(\.name) == [
                "reward", "informationGain", "stateConsistency", "actionConsistency", "options",
            ])
    }

    @Test func `missing terms do not count, and a bound of costs alone is negative`() {
        #expect(Bound(reward: 1.5, context: exact).total == 1.5)
        #expect(Bound(reward: 1.5, actionConsistency: 0.5, context: exact).total == 1)
        #expect(Bound(stateConsistency: 0.5, actionConsistency: 2, context: exact).total == -2.5)
        let extra = Bound<Double>.Extra(name: "options", value: 3)
        #expect(Bound(actionConsistency: 2, extras: [extra], context: exact).total == 1)
        #expect(Bound<Double>(context: exact).total == nil)
        #expect(Bound<Double>(context: exact).terms.isEmpty)
    }

    @Test func `every term is transformed and the context kept`() {
        let bound = Bound(
            reward: 1.0, stateConsistency: 2, extras: [.init(name: "options", value: 3)],
            context: exact)
        let doubled = bound.map { Float($0 * 2) }
        #expect(doubled.reward == 2 && doubled.stateConsistency == 4)
        #expect(doubled.informationGain == nil && doubled.extras[0].value == 6)
        #expect(doubled.context == exact && doubled.total == 4)
    }

    @Test func `the first term that is not finite is named`() {
        var bound = Bound(
            reward: 1.0, informationGain: .nan, actionConsistency: .infinity, context: exact)
        #expect(bound.firstNotFinite == "informationGain")
        bound.informationGain = 0
        #expect(bound.firstNotFinite == "actionConsistency")
        bound.actionConsistency = nil
        #expect(bound.firstNotFinite == nil)
        bound.extras = [.init(name: "options", value: -.infinity)]
        #expect(bound.firstNotFinite == "options")
    }
}
