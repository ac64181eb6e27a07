import OptimistAgents

extension PolicyLearningCase {
    /// All of them but the generative agent, which has a test of its own.
    static let all = onPolicy + offPolicy + hierarchies + intrinsic

    /// Those that learn a policy from what it has just lived, on the cart-pole of 500 steps, where random
    /// pushes last 22.
    static let onPolicy: [PolicyLearningCase] = [
        cartPole(REINFORCE.self, atLeast: 475),
        // 500, 190 and 500 after 100,000 steps, 500 in all after these.
        cartPole(A2C.self, steps: 500_000, atLeast: 475),
        // 467, 487 and 500.
        cartPole(A3C.self, steps: 200_000, atLeast: 451),
        // 462, 500 and 500.
        cartPole(IteratedInference.self, atLeast: 443),
        cartPole(TRPO.self, atLeast: 475),
        cartPole(PPO.self, atLeast: 475),
        cartPole(VMPO.self, atLeast: 475),
        cartPole(AWR.self, atLeast: 475),
        // 500, 364 and 256, without velocities.
        cartPole(UNREAL.self, on: "cartpole-masked", steps: 200_000, atLeast: 128),
    ]

    /// Those that learn from a replay. Random torques return about −1,200 on the pendulum.
    static let offPolicy: [PolicyLearningCase] = [
        // −166.7, −143.0 and −161.7.
        PolicyLearningCase(
            agent: SAC.self, environment: "pendulum", steps: 10_000, measure: .evaluation,
            bar: .atLeast(-183), chance: -1_200),
        // −166.5, −141.2 and −154.0.
        PolicyLearningCase(
            agent: MPO.self, environment: "pendulum", steps: 10_000, measure: .evaluation,
            bar: .atLeast(-180), chance: -1_200),
        // 500, 500 and 314.
        cartPole(SoftQLearning.self, steps: 30_000, atLeast: 223),
        cartPole(C51.self, steps: 50_000, atLeast: 475),
    ]

    /// Those whose actions have parts or layers.
    static let hierarchies: [PolicyLearningCase] = [
        // 100 % in three seeds; a random walk finds the goal in 8 % of episodes.
        PolicyLearningCase(
            agent: LatentSpacePolicy.self, environment: "multigoal",
            arguments: LatentSpacePolicy.algorithm.demonstration.arguments, steps: 20_000,
            measure: .evaluation, bar: .atLeast(0.8), chance: 0.08),
        // Shares of the best bound, 5.185 nats: 0.988, 0.994 and 0.986. Uniform moves have 2.2.
        PolicyLearningCase(
            agent: OptionAgent.self, environment: "four-rooms", steps: 300_000,
            measure: .learned("bound.discounted", from: 200_000), bar: .atLeast(0.98 * 5.185),
            chance: 2.2),
        cartPole(OptionAgent.self, steps: 200_000, atLeast: 475),
        // Steps to the goal: 8.6, 15.1 and 31.8. Uniform moves take 430.
        PolicyLearningCase(
            agent: OptionCritic.self, environment: "four-rooms", steps: 100_000,
            measure: .episodes("length", 400..<500), bar: .atMost(42), chance: 430),
        // 0.920 and 0.923 of four skills are told right.
        PolicyLearningCase(
            agent: DIAYN.self, environment: "point-mass",
            arguments: DIAYN.algorithm.demonstration.arguments, steps: 10_000,
            measure: .learned("skills.accuracy"), bar: .atLeast(0.8), chance: 0.25),
    ]

    /// Those that make or infer rewards of their own, or a law over models.
    static let intrinsic: [PolicyLearningCase] = [
        // 200 of 200 in three seeds; random pushes have 22.
        PolicyLearningCase(
            agent: GAIL.self, environment: "cartpole",
            arguments: GAIL.algorithm.demonstration.arguments, steps: 250_000,
            measure: .evaluation, bar: .atLeast(180), chance: 22),
        // All of the last 50 episodes end at the goal, in three seeds. Without a bonus 0, 0 and 1.
        PolicyLearningCase(
            agent: VIME.self, environment: "mountain-car-continuous",
            arguments: VIME.algorithm.demonstration.arguments, steps: 60_000,
            measure: .lastEpisodes("terminated", 50), bar: .atLeast(0.85), chance: 0),
        // Regret after 400 episodes: 187, 178 and 206. Who stays at the near bank has 1,359.
        PolicyLearningCase(
            agent: PSRL.self, environment: "river-swim", steps: 8_000,
            measure: .learned("regret.total"), bar: .atMost(219), chance: 1_359),
        // 2.140, 2.205 and 2.205 of log 13 = 2.565 nats; one option that is always taken has none.
        PolicyLearningCase(
            agent: IntrinsicControl.self, environment: "grid-world",
            arguments: IntrinsicControl.algorithm.demonstration.arguments, steps: 60_000,
            measure: .learned("information.exact"), bar: .atLeast(2.10), chance: 0),
        // Correlation with the exact map over its places: 0.64, 0.66 and 0.66.
        PolicyLearningCase(
            agent: EmpowermentAgent.self, environment: "grid-world",
            arguments: EmpowermentAgent.algorithm.demonstration.arguments, steps: 60_000,
            measure: .learned("empowerment.correlation"), bar: .atLeast(0.63), chance: 0),
    ]

    /// −185.7, −181.5 and −173.8 with plans; −228.6, −184.6 and −219.1 by habit alone.
    static let generative = PolicyLearningCase(
        agent: GenerativeAgent.self, environment: "pendulum-masked",
        arguments: GenerativeAgent.algorithm.demonstration.arguments, steps: 4_000,
        measure: .evaluation, bar: .atLeast(-400), chance: -1_200)

    private static func cartPole(
        _ agent: any Agent.Type, on environment: String = "cartpole", steps: Int = 100_000,
        atLeast least: Double
    ) -> PolicyLearningCase {
        PolicyLearningCase(
            agent: agent, environment: environment, steps: steps, measure: .evaluation,
            bar: .atLeast(least), chance: 22)
    }
}
