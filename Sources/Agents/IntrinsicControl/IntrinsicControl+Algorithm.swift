import OptimistCore

extension IntrinsicControl {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "intrinsic-control", title: "Variational intrinsic control",
        summary: "Learns options that can be told apart by where they end, without a reward.",
        papers: [
            "Gregor, Rezende, Wierstra: Variational Intrinsic Control, 2016, arXiv 1611.07507",
            "Kwon: Variational Intrinsic Control Revisited, 2021, ICLR",
        ],
        demonstration: Demonstration(
            environment: "grid-world", arguments: ["start": "2,2", "time-limit": "2"],
            steps: 60_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: few options between records.",
                settings: ["reportEvery": "20", "options": "6"])
        ],
        runSettings: ["environments": "1", "checkpointEvery": "20000"])
}
