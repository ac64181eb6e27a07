import OptimistCore

extension PPO {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "ppo", title: "Proximal policy optimization",
        summary:
            "Improves a policy by several steps from each rollout, kept near the one that acted.",
        papers: [
            "Schulman, Wolski, Dhariwal, Radford, Klimov: Proximal Policy Optimization Algorithms, "
                + "2017, arXiv 1707.06347"
        ],
        demonstration: Demonstration(environment: "cartpole", steps: 100_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: ["networks.units": "16", "steps": "16", "minibatch": "8", "epochs": "2"]),
            Preset(
                name: "cartpole",
                summary: "Balancing: many passes that anneal within 100,000 steps.",
                environments: ["cartpole", "gym:CartPole-v1"],
                settings: [
                    "steps": "32", "minibatch": "256", "epochs": "20",
                    "descent.annealedOver": "100000",
                    "returns.discount": "0.98", "returns.lambda": "0.8",
                    "consistency.temperature": "0", "descent.learningRate": "1e-3",
                ]),
        ],
        runSettings: ["environments": "8", "checkpointEvery": "10000"])
}
