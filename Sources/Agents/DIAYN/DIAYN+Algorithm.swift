import OptimistCore

extension DIAYN {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "diayn", title: "Diversity is all you need",
        summary: "Learns skills, without a reward, that the states they lead to tell apart.",
        papers: [
            "Eysenbach, Gupta, Ibarz, Levine: Diversity is All You Need: Learning Skills without "
                + "a Reward Function, 2018, arXiv 1802.06070"
        ],
        demonstration: Demonstration(
            environment: "point-mass",
            arguments: ["control": "velocity", "gain": "0.1", "action-cost": "0"], steps: 10_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: [
                    "soft.networks.units": "16", "discriminatorUnits": "16", "soft.batch": "16",
                    "soft.warmUpSteps": "32", "soft.reportEvery": "16",
                ]),
            Preset(
                name: "pendulum", summary: "The torque-limited pendulum.",
                environments: ["pendulum", "gym:Pendulum-v1"],
                settings: ["skills": "5", "soft.networks.units": "32,32"]),
        ])
}
