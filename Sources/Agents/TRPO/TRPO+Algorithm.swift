import OptimistCore

extension TRPO {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "trpo", title: "Trust region policy optimization",
        summary:
            "Takes the longest natural gradient step that keeps the policy near the one that acted.",
        papers: [
            "Schulman, Levine, Moritz, Jordan, Abbeel: Trust Region Policy Optimization, 2015, "
                + "arXiv 1502.05477",
            "Kakade: A Natural Policy Gradient, 2002, Advances in Neural Information Processing "
                + "Systems 14",
        ],
        demonstration: Demonstration(environment: "cartpole", steps: 100_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: [
                    "networks.units": "16", "steps": "16", "value.epochs": "2",
                    "value.minibatch": "16",
                ]),
            Preset(
                name: "cartpole", summary: "Balancing: little damping.",
                environments: ["cartpole", "gym:CartPole-v1"],
                settings: ["region.damping": "1e-3", "value.epochs": "20"]),
            Preset(
                name: "pendulum", summary: "The torque-limited pendulum.",
                environments: ["pendulum", "gym:Pendulum-v1"],
                settings: [
                    "steps": "1024", "returns.discount": "0.9", "returns.lambda": "0.95",
                    "region.damping": "1e-2", "value.epochs": "15",
                ]),
            Preset(
                name: "natural", summary: "Natural policy gradient: steps are not checked.",
                settings: ["region.searches": "false"]),
        ],
        runSettings: ["environments": "2", "checkpointEvery": "10000"])
}
