import OptimistCore

extension REINFORCE {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "reinforce", title: "REINFORCE",
        summary:
            "Follows the gradient of the bound in a policy by whole episodes: stochastic EM.",
        papers: [
            "Williams: Simple Statistical Gradient-Following Algorithms for Connectionist "
                + "Reinforcement Learning, 1992, Machine Learning 8",
            "Schulman, Moritz, Levine, Jordan, Abbeel: High-Dimensional Continuous Control Using "
                + "Generalized Advantage Estimation, 2015, arXiv 1506.02438",
        ],
        demonstration: Demonstration(environment: "cartpole", steps: 100_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: [
                    "networks.units": "16", "episodes": "2", "value.epochs": "2",
                    "value.minibatch": "16",
                ]),
            Preset(
                name: "pendulum", summary: "The torque-limited pendulum.",
                environments: ["pendulum", "gym:Pendulum-v1"],
                settings: ["returns.discount": "0.95", "returns.lambda": "0.95"]),
        ],
        runSettings: ["checkpointEvery": "10000"])
}
