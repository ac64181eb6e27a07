import OptimistCore

extension PSRL {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "posterior-sampling", title: "Posterior sampling",
        summary: "Draws a model from what counts tell of it, and follows its best plan.",
        papers: [
            "Thompson: On the Likelihood that One Unknown Probability Exceeds Another in View of "
                + "the Evidence of Two Samples, 1933, Biometrika 25",
            "Strens: A Bayesian Framework for Reinforcement Learning, 2000, ICML",
            "Osband, Van Roy, Russo: (More) Efficient Reinforcement Learning via Posterior "
                + "Sampling, 2013, arXiv 1306.0940",
            "Ghavamzadeh, Mannor, Pineau, Tamar: Bayesian Reinforcement Learning: A Survey, 2015, "
                + "arXiv 1609.04436",
        ],
        demonstration: Demonstration(environment: "river-swim", steps: 8_000),
        presets: [
            Preset(
                name: "debug", summary: "The defaults: tables are small.",
                settings: ["horizon": "20"]),
            Preset(
                name: "frozen-lake", summary: "Ice with holes that end episodes.",
                environments: ["frozen-lake", "gym:FrozenLake-v1"],
                settings: [
                    "horizon": "100", "endsEpisodes": "true", "transitionConcentration": "0.1",
                    "noisePrecision": "100",
                ]),
            Preset(
                name: "bandit", summary: "Thompson sampling of arms that pay 0 or 1.",
                environments: ["bandit"],
                settings: ["horizon": "1", "arms": "bernoulli", "endsEpisodes": "true"]),
        ],
        runSettings: ["environments": "1", "checkpointEvery": "2000"])
}
