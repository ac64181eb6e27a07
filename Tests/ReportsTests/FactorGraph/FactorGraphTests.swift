import OptimistCore
import OptimistReports
import Testing

@Suite struct FactorGraphTests {
    @Test func `the graph as text has a line for each factor and the objective`() {
        #expect(
            FactorGraph(Specifications.softActorCritic).text() == """
                joint
                  s, a ── ◆ ──▶ s'   p(s'|s,a)   environment  the simulator
                  s, a ── ◆ ──▶ r    p(r|s,a)    environment  the simulator
                          □ ──▶ a    p(a)        assumed      uniform over the action box
                     r ── ■ ──▶ O    p(O=1|r)    known        exp(reward scale · reward)
                posterior
                     s ╌╌ ● ╌╌▶ a    q(a|s)      learned      squashed Gaussian network
                objective
                  reward − actionConsistency
                inference
                  states:  states are observed
                  actions: amortized by the policy network

                """)
    }

    @Test func `roles are cut at the width of the terminal`() {
        let lines = FactorGraph(Specifications.generativeAgent).text(width: 60).split(
            separator: "\n")
        #expect(lines[1].count == 60 && lines[1].hasSuffix("…"))
        #expect(
            lines.contains(
                "  reward + informationGain − stateConsistency − actionConsistency; marginal "
                    + "weight 0.5; mutual information weight 1 while planning"))
    }

    @Test func `graphs are drawn as stored`() throws {
        try Stored.expect(
            FactorGraph(Specifications.softActorCritic).svg(title: "sac"), equals: "graph-sac.svg")
        try Stored.expect(
            FactorGraph(Specifications.generativeAgent).svg(title: "generative-agent"),
            equals: "graph-generative-agent.svg")
        try Stored.expect(
            FactorGraph(Specifications.kalman).svg(title: "LQG"), equals: "graph-lqg.svg")
    }

    @Test func `circles among factors and an empty graph are drawn too`() {
        let circle = BoundSpecification(
            joint: [
                Factor("p(a|b)", of: "a", given: ["b"], .known, role: ""),
                Factor("p(b|a)", of: "b", given: ["a"], .known, role: ""),
                Factor("p(c|c)", of: "c", given: ["c"], .known, role: ""),
            ], posterior: [], terms: [], stateInference: "", actionInference: "")
        let svg = FactorGraph(circle).svg()
        for name in ["a", "b", "c"] { #expect(svg.contains(">\(name)</text>")) }
        let empty = BoundSpecification(
            joint: [], posterior: [], terms: [], stateInference: "", actionInference: "")
        #expect(FactorGraph(empty).svg().hasSuffix("</svg>\n"))
        #expect(FactorGraph(empty).text().contains("none of the four terms"))
    }
}
