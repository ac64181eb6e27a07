import OptimistCore
import Testing

@Suite struct BoundSpecificationTests {
    private func specification(
        _ status: FactorStatus, terms: [BoundTerm], actions: String
    ) -> BoundSpecification {
        BoundSpecification(
            joint: [Factor("p(a|z)", of: "a", given: ["z"], status, role: "policy")],
            posterior: [], terms: terms, stateInference: "observed", actionInference: actions)
    }

    @Test func `nothing is different from itself`() {
        let one = specification(.learned, terms: [.reward], actions: "exact")
        #expect(one.differences(from: one).isEmpty)
    }

    @Test func `terms, factors and inference are compared`() {
        let whole = specification(
            .learned, terms: [.reward, .informationGain, .actionConsistency], actions: "planner")
        var part = specification(.assumed, terms: [.reward], actions: "search")
        part.marginalWeight = 0.5
        #expect(
            part.differences(from: whole) == [
                "without information gain, action consistency",
                "p(a|z) is assumed, not learned", "actions: search",
                "the marginal likelihood weighs 0.5",
            ])
        #expect(
            whole.differences(from: part).first == "with information gain, action consistency")
    }

    @Test func `factors of one's own and factors that are missing are named`() {
        var one = specification(.learned, terms: [.reward], actions: "exact")
        let other = one
        one.joint = [Factor("p(x|z)", of: "x", given: ["z"], .known, role: "decoder")]
        #expect(
            one.differences(from: other) == ["p(x|z), known, is its own", "no p(a|z)"])
    }
}
