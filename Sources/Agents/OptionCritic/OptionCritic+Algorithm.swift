import OptimistCore

extension OptionCritic {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "option-critic", title: "Option-critic",
        summary: "Learns options that are called and return, and when they end, by their values.",
        papers: [
            "Bacon, Harb, Precup: The Option-Critic Architecture, 2017, arXiv 1609.05140",
            "Harb, Bacon, Klissarov, Precup: When Waiting Is Not an Option: Learning Options with "
                + "a Deliberation Cost, 2018, arXiv 1709.04571",
        ],
        demonstration: Demonstration(environment: "four-rooms", steps: 100_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: ["units": "16", "options": "2"]),
            Preset(
                name: "four-rooms", summary: "The paper's four rooms, with tables.",
                environments: ["four-rooms"],
                settings: ["form": "tables", "run.environments": "1"]),
        ],
        runSettings: ["environments": "8", "checkpointEvery": "20000"])
}
