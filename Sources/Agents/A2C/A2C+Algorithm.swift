import OptimistCore

extension A2C {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "a2c", title: "Advantage actor-critic",
        summary:
            "Follows the gradient of the bound in a policy, a value taking off what is expected.",
        papers: [
            "Mnih, Badia, Mirza, Graves, Lillicrap, Harley, Silver, Kavukcuoglu: Asynchronous "
                + "Methods for Deep Reinforcement Learning, 2016, arXiv 1602.01783",
            "Schulman, Moritz, Levine, Jordan, Abbeel: High-Dimensional Continuous Control Using "
                + "Generalized Advantage Estimation, 2015, arXiv 1506.02438",
        ],
        demonstration: Demonstration(environment: "cartpole", steps: 100_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: ["networks.units": "16", "steps": "4"])
        ],
        runSettings: ["environments": "8", "checkpointEvery": "10000"])
}
