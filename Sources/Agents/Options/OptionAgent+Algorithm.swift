import OptimistCore

extension OptionAgent {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "options", title: "Options as auxiliary variables",
        summary:
            "Infers a policy that acts through options, which a reverse model or a filter accounts "
            + "for.",
        papers: [
            "Sutton, Precup, Singh: Between MDPs and Semi-MDPs: A Framework for Temporal "
                + "Abstraction in Reinforcement Learning, 1999, Artificial Intelligence 112",
            "Agakov, Barber: An Auxiliary Variational Method, 2004, ICONIP",
            "Ranganath, Tran, Blei: Hierarchical Variational Models, 2016, arXiv 1511.02386",
            "Maaløe, Sønderby, Sønderby, Winther: Auxiliary Deep Generative Models, 2016, "
                + "arXiv 1602.05473",
        ],
        demonstration: Demonstration(environment: "four-rooms", steps: 300_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: ["units": "16", "episodes": "2", "options": "2", "reverseSteps": "2"]),
            Preset(
                name: "four-rooms", summary: "Four rooms with tables.",
                environments: ["four-rooms"],
                settings: [
                    "units": "[]", "learningRate": "0.02", "valueRate": "0.05", "valueSteps": "3",
                    "reverseRate": "0.003",
                    "episodes": "8",
                    "lambda": "0.9", "annealedOver": "700",
                ]),
            Preset(
                name: "cartpole", summary: "Balancing.",
                environments: ["cartpole", "gym:CartPole-v1"],
                settings: [
                    "options": "2", "learningRate": "0.003", "valueRate": "0.003",
                    "valueSteps": "20", "episodes": "4",
                ]),
        ],
        runSettings: ["environments": "8", "checkpointEvery": "50000"])
}
