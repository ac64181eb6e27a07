import OptimistCore

extension IteratedInference {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "iterated", title: "Iterated inference",
        summary:
            "Infers a policy again and again, each time with the last one as what is likely "
            + "beforehand.",
        papers: [
            "Rawlik, Toussaint, Vijayakumar: On Stochastic Optimal Control and Reinforcement "
                + "Learning by Approximate Inference, 2012, arXiv 1009.3958",
            "Tomar, Shani, Efroni, Ghavamzadeh: Mirror Descent Policy Optimization, 2020, "
                + "arXiv 2005.09814",
        ],
        demonstration: Demonstration(environment: "cartpole", steps: 100_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: [
                    "networks.units": "16", "steps": "16", "minibatch": "8", "innerSteps": "2",
                ]),
            Preset(
                name: "pendulum", summary: "The torque-limited pendulum.",
                environments: ["pendulum", "gym:Pendulum-v1"],
                settings: [
                    "returns.discount": "0.9", "descent.learningRate": "1e-3",
                ]),
        ],
        runSettings: ["environments": "8", "checkpointEvery": "10000"])
}
