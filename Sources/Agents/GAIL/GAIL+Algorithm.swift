import OptimistCore

extension GAIL {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "gail", title: "Generative adversarial imitation learning",
        summary:
            "Imitates an expert: rewards are how much more the expert is where the policy is.",
        papers: [
            "Ho, Ermon: Generative Adversarial Imitation Learning, 2016, arXiv 1606.03476"
        ],
        demonstration: Demonstration(
            environment: "cartpole", arguments: ["terminates": "false", "time-limit": "200"],
            steps: 250_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: [
                    "policy.networks.units": "16", "policy.steps": "16", "policy.minibatch": "8",
                    "policy.epochs": "2", "discriminator.units": "8", "expert.episodes": "2",
                    "expert.steps": "20",
                ])
        ],
        runSettings: ["environments": "8", "checkpointEvery": "10000"])
}
