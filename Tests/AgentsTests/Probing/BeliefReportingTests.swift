import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import Testing

@Suite struct BeliefReportingTests {
    @Test func `an agent's beliefs are probed for what its environment hides`() throws {
        let life = try GenerativeLife(copies: 4)
        try life.live(20)
        _ = try life.learn()
        let environments = life.collector.environments
        var probe = BeliefProbe(episodes: 4)
        for _ in 0..<25 {
            let arrival = try life.collector.arrive()
            let action = try life.agent.act(
                on: arrival, carrying: &life.carry, mode: .explore, using: &life.acting)
            let features = life.agent.beliefFeatures(of: life.carry)
            #expect(features.shape == [4, 10])
            for copy in 0..<4 {
                let row = features[copy].floats()
                probe.add(
                    to: copy, features: row, shown: environments.shown(copy),
                    whole: environments.wholeObservation(copy))
            }
            _ = try life.collector.step(action)
        }
        let entries = try probe.entries()
        // (cos θ, sin θ) is shown, θ̇ is not.
        #expect(entries.map(\.origin) == [.hidden, .shown, .shown])
        #expect(entries[0].index == 2)
        #expect(entries.allSatisfy { $0.determination?.isFinite == true })
    }
}
