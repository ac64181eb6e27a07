import Optimist

/// A whole plan of the generative agent by importance weighting, in its own recurrent model.
struct LatentPlanBenchmark: Benchmark {
    let name = "latent-plan"
    let summary =
        "Generative agent: 3 passes x 128 sequences x horizon 12, GRU of 64, z of 8, MLPs 2 x 64"
    let peers: Peers

    func run(rounds: Int) throws {
        var plan = try LatentPlan(seed: 0)
        let contenders = [
            Contender("Optimist") { plan.make() },
            Contender("JAX, jitted", peers.peer("latent_plan_peer"), "latent-plan"),
        ].compactMap { $0 }
        Comparison(contenders, rounds: rounds, repeats: 20).report(unit: (1e3, "ms"))
    }
}

/// An agent with the settings of its demonstration that plans where an episode has begun. What its
/// networks have learned makes a plan neither faster nor slower; the one step of its filter, which
/// peers do not make, is counted too.
struct LatentPlan {
    private let agent: GenerativeAgent
    private let arrival: Arrival
    private var carry: GenerativeCarry
    private var generator: Generator

    init(seed: UInt64) throws {
        var generator = Generator(seed: seed)
        let environments = try AgentUnits(
            EnvironmentRegistry.standard.makeVector(
                name: "pendulum-masked", arguments: [("repeat", "2")], count: 1))
        let settings = try GenerativeAgentSettings().setting([
            ("learning.pretraining", "0"), ("learning.updates", "1"),
        ])
        agent = try GenerativeAgent(settings, world: World(environments), using: &generator)
        let replay = Replay(
            layout: EpisodeLayout(
                observations: environments.observationSpace, actions: environments.actionSpace),
            generator: generator.split("replay"))
        let collector = Collector(
            environments: environments, replay: replay, generator: generator.split("seeds"))
        carry = agent.carry(for: 1)
        for _ in 0..<200 {
            _ = try collector.step(
                agent.act(
                    on: collector.arrive(), carrying: &carry, mode: .explore, using: &generator))
        }
        // Before its first update the agent acts at random.
        _ = try agent.learn(from: .replay(replay), using: &generator)
        arrival = try collector.arrive()
        self.generator = generator
    }

    /// One plan.
    mutating func make() {
        do {
            _ = try agent.act(
                on: arrival, carrying: &carry, mode: .planned, using: &generator)
        } catch {
            fail("LatentPlan.make", "\(error)")
        }
    }
}
