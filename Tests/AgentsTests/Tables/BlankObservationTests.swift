import OptimistAgents
import OptimistCore
import OptimistInference
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// What flicker leaves of the bound where it blanks every observation: a row of zeros and a flag
/// that says so, whatever the state.
@Suite struct BlankObservationTests {
    private let golden = GenerativeProblem.example()
    private let settings: GenerativeAgentSettings

    init() throws { settings = try TabularNetworks.settings() }

    /// The terms of arrivals along all paths of the worked example, of which the agent sees the
    /// reward at most: an agent that has learned that observations are blank.
    private func terms(seesReward: Bool) throws -> (gain: Double, cost: Double, change: Double) {
        let power = seesReward ? 1.0 : 0
        let networks = try TabularNetworks.make(
            golden, attention: .init(observation: 0, reward: power), settings: settings,
            seeing: .bits(2))
        withoutGradient {
            let head = (networks.model.observation as! BernoulliHead).network.layers[0]
            // Every entry is 0 and the flag is 1, in every state.
            head.bias!.assign([-30, 30] as [Float])
            if !seesReward {
                (networks.model.reward as! BernoulliHead).network.layers[0].weight.fill(0)
            }
        }
        let posterior = golden.posterior(states: { arrival in
            // The observation's part is the same for both rewards of a sum over observations.
            let weights = (0..<2).map { z in
                arrival.prior[z] * (seesReward ? reward(z, arrival.reward) : 1)
            }
            return weights.map { $0 / weights.reduce(0, +) }
        })
        let paths = TabularPaths(of: posterior, in: golden)
        var batch = paths.batch
        let flags = Tensor([0, 1] as [Float]).expanded([7, TabularPaths.count, 2])
        batch.observations = flags
        let filtered = withoutGradient {
            networks.model.filter(
                from: networks.model.dynamics.initialState(TabularPaths.count),
                arrivals: GenerativeBatch(
                    batch, networks: networks, scales: ArrivalScales(observations: 2)
                ).arrivals, noise: paths.states * 1e4)
        }
        var generator = Generator(seed: 2)
        let result = OptimistAgents.GenerativeObjective(
            networks: networks, imagination: TabularNetworks.imagination(networks),
            settings: settings, marginalWeight: 1
        ).evaluate(
            GenerativeBatch(batch, networks: networks, scales: ArrivalScales(observations: 2)),
            along: filtered, distillingSince: 0, target: nil, using: &generator)
        let bound = result.bound.terms
        let counted = result.bound.mask.arrived.unsqueezed(axis: -1)
        let moved = (filtered.posterior.mean - filtered.prior.mean).abs() * counted
        return (
            paths.expected(bound.informationGain!), paths.expected(bound.stateConsistency!),
            moved.max().item()
        )
    }

    private func reward(_ z: Int, _ r: Int) -> Double {
        let one = [0.2, 0.6][z]
        return r == 1 ? one : 1 - one
    }

    @Test func `where nothing tells of the state, nothing is gained and nothing paid`() throws {
        let (gain, cost, change) = try terms(seesReward: false)
        #expect(abs(gain) < 1e-5 && abs(cost) < 1e-5)
        // The posterior is the prior: the way goes on with open eyes that see nothing.
        #expect(change < 1e-6)
    }

    @Test func `a filter that ignores blanks gains by the reward what it pays for it`() throws {
        let (gain, cost, change) = try terms(seesReward: true)
        #expect(gain > 0.1 && change > 0.1)
        #expect(abs(gain - cost) < 1e-5)
    }
}
