import OptimistCore

extension EmpowermentAgent {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "empowerment", title: "Empowerment",
        summary: "Goes where its own actions can bring about most, without a reward.",
        papers: [
            "Klyubin, Polani, Nehaniv: Empowerment: A Universal Agent-Centric Measure of Control, "
                + "2005, CEC",
            "Mohamed, Rezende: Variational Information Maximisation for Intrinsically Motivated "
                + "Reinforcement Learning, 2015, arXiv 1509.08731",
        ],
        demonstration: Demonstration(
            environment: "grid-world",
            arguments: ["rows": "9", "columns": "9", "layout": "two-rooms"], steps: 60_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: ["units": "8", "updates": "2", "batch": "16", "episodes": "1"])
        ],
        runSettings: ["environments": "8", "checkpointEvery": "20000"])
}
