import OptimistCore

extension A3C {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "a3c", title: "Asynchronous advantage actor-critic",
        summary:
            "Actor-critics on threads of their own that change shared parameters without locks.",
        papers: [
            "Mnih, Badia, Mirza, Graves, Lillicrap, Harley, Silver, Kavukcuoglu: Asynchronous "
                + "Methods for Deep Reinforcement Learning, 2016, arXiv 1602.01783",
            "Niu, Recht, Ré, Wright: Hogwild: A Lock-Free Approach to Parallelizing Stochastic "
                + "Gradient Descent, 2011, arXiv 1106.5730",
        ],
        demonstration: Demonstration(environment: "cartpole", steps: 200_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: ["networks.units": "16", "steps": "4", "updates": "3"]),
            Preset(
                name: "cartpole", summary: "Balancing: the learning rate falls to 0.",
                environments: ["cartpole", "gym:CartPole-v1"],
                settings: ["descent.annealedOver": "200000"]),
            Preset(
                name: "asynchronous", summary: "A thread for each copy of the environment.",
                settings: [
                    "synchronous": "false", "steps": "20", "returns.lambda": "0.95",
                    "descent.learningRate": "1e-3", "descent.annealedOver": "200000",
                ]),
        ],
        runSettings: ["environments": "8", "checkpointEvery": "10000"])
}
