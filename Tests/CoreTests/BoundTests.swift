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

    @Test func `estimated terms bring their standard errors, where they have one`() {
        let bound = Bound.perStep(
            2, source: .rollout, rewardScale: 3, reward: Estimate(of: [1.0, 3]),
            actionConsistency: Estimate(of: [0.5]),
            extras: [("information", Estimate(of: [4.0, 8]) / -2)])
        #expect(bound.reward == 2 && bound.actionConsistency == 0.5 && bound.total == -1.5)
        #expect(bound.extras == [.init(name: "information", value: -3)])
        #expect(
            bound.context
                == BoundContext(
                    scope: .perStep(validSteps: 2), source: .rollout, rewardScale: 3,
                    standardErrors: ["reward": 1, "information": 1]))
        let costless = Bound.perStep(1, source: .replay, reward: .exact(1))
        #expect(costless.actionConsistency == nil && costless.extras.isEmpty)
        #expect(costless.context.standardErrors == ["reward": 0])
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
