import OptimistCore

extension MPO {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "mpo", title: "Maximum a posteriori policy optimization",
        summary:
            "Weighs actions of its last policy by exponentiated value, and fits a policy to them.",
        papers: [
            "Abdolmaleki, Springenberg, Tassa, Munos, Heess, Riedmiller: Maximum a Posteriori "
                + "Policy Optimisation, 2018, arXiv 1806.06920",
            "Abdolmaleki, Springenberg, Degrave, Bohez, Tassa, Belov, Heess, Riedmiller: Relative "
                + "Entropy Regularized Policy Iteration, 2018, arXiv 1812.02256",
            "Munos, Stepleton, Harutyunyan, Bellemare: Safe and Efficient Off-Policy Reinforcement "
                + "Learning, 2016, arXiv 1606.02647",
        ],
        demonstration: Demonstration(environment: "pendulum", steps: 10_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: [
                    "networks.units": "16", "batch": "20", "warmUpSteps": "32",
                    "reportEvery": "16", "actionSamples": "4", "targetEvery": "10",
                ]),
            Preset(
                name: "pendulum", summary: "The torque-limited pendulum.",
                environments: ["pendulum", "gym:Pendulum-v1"],
                settings: [
                    "learningRate": "1e-3", "warmUpSteps": "500", "networks.units": "64,64",
                    "discount": "0.98",
                ]),
        ])
}
