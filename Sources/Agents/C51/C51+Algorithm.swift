import OptimistCore

extension C51 {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "c51", title: "Categorical distributional reinforcement learning",
        summary: "Infers the law of each action's return on fixed atoms; takes the best mean.",
        papers: [
            "Bellemare, Dabney, Munos: A Distributional Perspective on Reinforcement Learning, "
                + "2017, arXiv 1707.06887"
        ],
        demonstration: Demonstration(environment: "cartpole", steps: 50_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: [
                    "networks.units": "16", "batch": "16", "warmUpSteps": "32", "reportEvery": "16",
                    "atoms": "11",
                ]),
            Preset(
                name: "cartpole", summary: "The cart-pole.",
                environments: ["cartpole", "gym:CartPole-v1"],
                settings: [
                    "minimum": "0", "exploration.steps": "20000", "run.replayCapacity": "20000",
                ]),
            Preset(
                name: "acrobot", summary: "The two-link arm.",
                environments: ["acrobot", "gym:Acrobot-v1"],
                settings: [
                    "maximum": "0", "exploration.steps": "20000", "run.replayCapacity": "20000",
                ]),
        ])
}
