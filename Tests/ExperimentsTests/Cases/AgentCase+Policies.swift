import OptimistAgents

extension AgentCase {
    /// Those that learn a policy from what it has just lived.
    static let onPolicy = [
        AgentCase(
            "REINFORCE", REINFORCE.self, on: "cartpole",
            set: [("consistency.temperature", "0.1"), ("descent.annealedOver", "300")]),
        AgentCase("A2C", A2C.self, on: "cartpole", set: [("consistency.temperature", "0.1")]),
        AgentCase(
            "A2C with memory", A2C.self, on: "pendulum-masked", ["time-limit": "35"],
            set: [("networks.memory", "8"), ("networks.standardizesObservations", "true")]),
        AgentCase("A3C in step", A3C.self, on: "cartpole", set: [("descent.annealedOver", "300")]),
        // Threads on their own repeat bit for bit only where there is one.
        AgentCase(
            "A3C with one thread", A3C.self, on: "pendulum-masked", ["time-limit": "35"],
            copies: 1,
            set: [
                ("synchronous", "false"), ("networks.memory", "8"),
                ("networks.standardizesObservations", "true"), ("descent.annealedOver", "300"),
            ]),
        AgentCase(
            "PPO", PPO.self, on: "pendulum", ["time-limit": "35"],
            set: [
                ("networks.standardizesObservations", "true"), ("objective", "adaptive"),
                ("divergenceLimit", "0.01"), ("descent.annealedOver", "300"),
            ]),
        AgentCase(
            "TRPO", TRPO.self, on: "pendulum", ["time-limit": "35"],
            set: [("region.fisherStride", "2")]),
        AgentCase(
            "TRPO with memory", TRPO.self, on: "pendulum-masked", ["time-limit": "35"],
            set: [("networks.memory", "8")]),
        AgentCase(
            "iterated inference", IteratedInference.self, on: "pendulum", ["time-limit": "35"],
            set: [("rewardScaleGrowth", "1.1")]),
        AgentCase(
            "iterated inference on policy", IteratedInference.self, on: "cartpole",
            set: [("inner", "onPolicy"), ("innerSteps", "3")]),
        AgentCase(
            "V-MPO", VMPO.self, on: "pendulum", ["time-limit": "35"],
            set: [("networks.standardizesObservations", "true")]),
        AgentCase(
            "AWR", AWR.self, on: "pendulum", ["time-limit": "35"],
            set: [("networks.standardizesObservations", "true")]),
    ]

    /// Those that learn a policy from a replay.
    static let offPolicy = [
        AgentCase("SAC", SAC.self, on: "pendulum", ["time-limit": "35"]),
        AgentCase("SAC on choices", SAC.self, on: "cartpole", set: [("temperature", "0.1")]),
        AgentCase(
            "SAC with memory", SAC.self, on: "pendulum-masked", ["time-limit": "35"], set: sequences
        ),
        AgentCase("SAC with memory on choices", SAC.self, on: "cartpole-masked", set: sequences),
        AgentCase("MPO", MPO.self, on: "pendulum", ["time-limit": "35"]),
        AgentCase(
            "MPO on choices", MPO.self, on: "cartpole",
            set: [("correction", "none"), ("networks.standardizesObservations", "true")]),
    ]

    private static let sequences = [
        ("networks.memory", "8"), ("batch", "32"), ("window", "12"), ("burnIn", "4"),
    ]

    /// Those that learn values whose posterior is the policy.
    static let values = [
        AgentCase(
            "soft Q-learning", SoftQLearning.self, on: "cartpole",
            set: [("dueling", "true"), ("exploration.start", "0.5"), ("target", "hard:30")]),
        AgentCase(
            "soft Q-learning with a sampler", SoftQLearning.self, on: "multigoal",
            set: [("target", "polyak:0.1"), ("loss", "huber")]),
        AgentCase("C51", C51.self, on: "cartpole", set: [("target", "hard:30")]),
    ]
}
