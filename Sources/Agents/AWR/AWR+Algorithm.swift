import OptimistCore

extension AWR {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "awr", title: "Advantage-weighted regression",
        summary:
            "Fits a policy to what recent ones did, weighed by the exponentiated advantage.",
        papers: [
            "Peng, Kumar, Zhang, Levine: Advantage-Weighted Regression: Simple and Scalable "
                + "Off-Policy Reinforcement Learning, 2019, arXiv 1910.00177"
        ],
        demonstration: Demonstration(environment: "cartpole", steps: 100_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: [
                    "networks.units": "16", "every": "32", "valueSteps": "4", "policySteps": "8",
                    "minibatch": "16", "window": "100",
                ]),
            Preset(
                name: "pendulum", summary: "The torque-limited pendulum.",
                environments: ["pendulum", "gym:Pendulum-v1"],
                settings: ["returns.discount": "0.95"]),
        ],
        runSettings: ["environments": "8", "checkpointEvery": "10000"])
}
