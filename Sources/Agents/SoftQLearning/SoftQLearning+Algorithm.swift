import OptimistCore

extension SoftQLearning {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "soft-q", title: "Soft Q-learning",
        summary: "Learns soft values and acts by prior times their exponential, the posterior.",
        papers: [
            "Haarnoja, Tang, Abbeel, Levine: Reinforcement Learning with Deep Energy-Based "
                + "Policies, 2017, arXiv 1702.08165",
            "Liu, Wang: Stein Variational Gradient Descent, 2016, arXiv 1608.04471",
            "Schulman, Chen, Abbeel: Equivalence Between Policy Gradients and Soft Q-Learning, "
                + "2017, arXiv 1704.06440",
        ],
        demonstration: Demonstration(environment: "cartpole", steps: 30_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: [
                    "networks.units": "16", "batch": "16", "warmUpSteps": "32", "reportEvery": "16",
                    "sampler.valueParticles": "4", "sampler.kernelParticles": "4",
                ]),
            Preset(
                name: "cartpole", summary: "The cart-pole.",
                environments: ["cartpole", "gym:CartPole-v1"],
                settings: [
                    "rewardScale": "8.333333333333334", "prior": "lebesgue", "learningRate": "5e-4",
                    "valueUnit": "reward", "dueling": "true", "networks.units": "128,128,64",
                    "exploration.start": "0.95", "exploration.end": "0.1",
                    "exploration.steps": "10000", "target": "polyak:0.005",
                    "run.replayCapacity": "20000",
                ]),
            Preset(
                name: "multigoal", summary: "A point with four goals in a square.",
                environments: ["multigoal"],
                settings: [
                    "rewardScale": "0.1", "learningRate": "3e-4", "networks.units": "64,64",
                    "warmUpSteps": "100", "sampler.kernelParticles": "32",
                    "target": "hard:1000",
                ]),
            Preset(
                name: "pendulum", summary: "The torque-limited pendulum.",
                environments: ["pendulum", "gym:Pendulum-v1"],
                settings: [
                    "rewardScale": "2", "valueUnit": "reward", "networks.units": "64,64",
                    "target": "polyak:0.005", "batch": "128",
                ]),
        ], comparedModes: [.sample])
}
