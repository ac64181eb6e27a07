import OptimistCore

extension VMPO {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "v-mpo", title: "On-policy maximum a posteriori policy optimization",
        summary:
            "Fits a policy to the better half of what it did, weighed by how much better it was.",
        papers: [
            "Song, Abdolmaleki, Springenberg, Clark, Soyer, Rae, Noury, Ahuja, Liu, Tirumala, "
                + "Heess, Belov, Riedmiller, Botvinick: V-MPO: On-Policy Maximum a Posteriori "
                + "Policy Optimization for Discrete and Continuous Control, 2019, arXiv 1909.12238"
        ],
        demonstration: Demonstration(environment: "cartpole", steps: 100_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: [
                    "networks.units": "16", "steps": "16", "minibatch": "16", "epochs": "2",
                ]),
            Preset(
                name: "pendulum", summary: "The torque-limited pendulum.",
                environments: ["pendulum", "gym:Pendulum-v1"],
                settings: ["returns.discount": "0.9"]),
        ],
        runSettings: ["environments": "8", "checkpointEvery": "10000"])
}
