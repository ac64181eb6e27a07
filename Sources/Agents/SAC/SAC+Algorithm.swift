import OptimistCore

extension SAC {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "sac", title: "Soft actor-critic",
        summary:
            "Fits a policy to the exponentiated soft value of its actions, learned from a replay.",
        papers: [
            "Haarnoja, Zhou, Hartikainen, Tucker, Ha, Tan, Kumar, Zhu, Gupta, Abbeel, Levine: Soft "
                + "Actor-Critic Algorithms and Applications, 2018, arXiv 1812.05905",
            "Christodoulou: Soft Actor-Critic for Discrete Action Settings, 2019, arXiv 1910.07207",
        ],
        demonstration: Demonstration(environment: "pendulum", steps: 10_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: [
                    "networks.units": "16", "batch": "16", "warmUpSteps": "32", "reportEvery": "16",
                ]),
            Preset(
                name: "masked-pendulum",
                summary: "The pendulum without its velocity: a memory for policy and critics.",
                environments: ["pendulum-masked"],
                settings: [
                    "learningRate": "1e-3", "warmUpSteps": "500", "networks.units": "64,64",
                    "networks.memory": "64", "batch": "1024", "discount": "0.95",
                    "targetRate": "0.01", "updates": "2",
                ]),
            Preset(
                name: "pendulum", summary: "The torque-limited pendulum.",
                environments: ["pendulum", "gym:Pendulum-v1"],
                settings: [
                    "learningRate": "1e-3", "warmUpSteps": "500", "networks.units": "64,64",
                ]),
        ])
}
