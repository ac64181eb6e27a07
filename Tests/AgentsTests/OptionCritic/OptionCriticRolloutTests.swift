import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch
import Testing

/// Returns that cross options, by hand.
@Suite struct OptionCriticRolloutTests {
    /// Two steps from state 0 over 1 to 2; option 0 ends on arrival in 1, and option 1 goes on.
    private func rollout(_ ending: Ending) throws -> OptionCriticRollout {
        var settings = OptionCriticSettings()
        (settings.options, settings.units, settings.discount) = (2, [], 0.5)
        (settings.epsilon, settings.deliberationCost) = (0.2, 0.25)
        settings.terminationRegularizer = 0.125
        var generator = Generator(seed: 0)
        let networks = OptionCriticNetworks(
            settings, kind: .discrete(2), features: 3, using: &generator)
        var episode = Episode(
            EpisodeLayout(observations: .discrete(3), actions: .discrete(2)), identifier: 0,
            seed: 0, first: .floats([0]))
        for (step, (option, ended)) in [(Float(0), Float(0)), (1, 1)].enumerated() {
            episode.append(
                action: [1],
                step: Step(
                    observation: .floats([Float(step + 1)]), reward: Double(step + 1),
                    ending: step == 1 ? ending : .none),
                columns: [("option", [option]), ("ended", [ended])])
        }
        return OptionCriticRollout(
            Batch([episode]), networks, ends: [0, 0, 0.5, 0, 0, 0.75],
            values: [3, 1, 2, 4, 6, 8])
    }

    @Test func `a cut rollout goes on with what arriving is worth`() throws {
        let found = try rollout(.truncated)
        // V(2) = 0.8 · 8 + 0.2 · 7; option 1 goes on with 1/4, else another costs 1/4.
        let arrival = 0.25 * 8 + 0.75 * (7.8 - 0.25)
        let later = 2 + 0.5 * arrival
        let first = 1 + 0.5 * (later - 0.25)
        #expect(found.acting.rows.integers() == [1, 0])
        #expect(found.acting.options.integers() == [1, 0])
        #expect(
            OptionTables.largestDifference(found.acting.targets.doubles(), [later, first]) < 1e-6)
        let advantages = [later - 4, first - 3]
        #expect(
            OptionTables.largestDifference(found.acting.advantages.doubles(), advantages) < 1e-6)
        // Going on with option 1 in 2, and with option 0 in 1, where V = 0.8 · 4 + 0.2 · 3.
        #expect(found.arriving.rows.integers() == [2, 1])
        #expect(found.arriving.options.integers() == [1, 0])
        let staying = [8 - 7.8 + 0.375, 2 - 3.8 + 0.375]
        #expect(
            OptionTables.largestDifference(found.arriving.advantages.doubles(), staying) < 1e-6)
    }

    @Test func `nothing follows an end`() throws {
        let found = try rollout(.terminated)
        #expect(
            OptionTables.largestDifference(
                found.acting.targets.doubles(), [2, 1 + 0.5 * (2 - 0.25)]) < 1e-6)
        #expect(found.arriving.rows.integers() == [1])
    }
}
