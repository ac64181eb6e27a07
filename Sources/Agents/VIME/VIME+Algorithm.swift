import OptimistCore

extension VIME {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "vime", title: "Variational information maximizing exploration",
        summary:
            "Seeks transitions that teach it most about the dynamics, and rewards.",
        papers: [
            "Houthooft, Chen, Duan, Schulman, De Turck, Abbeel: VIME: Variational Information "
                + "Maximizing Exploration, 2016, arXiv 1605.09674",
            "Kingma, Salimans, Welling: Variational Dropout and the Local Reparameterization Trick, "
                + "2015, arXiv 1506.02557",
        ],
        demonstration: Demonstration(
            environment: "mountain-car-continuous",
            arguments: ["sparse": "true", "time-limit": "500"], steps: 60_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: [
                    "policy.networks.units": "16", "policy.steps": "16",
                    "policy.value.epochs": "2", "policy.value.minibatch": "16",
                    "dynamics.units": "8", "dynamics.updates": "5", "dynamics.minibatch": "16",
                    "bonus.samples": "3",
                ])
        ],
        runSettings: ["environments": "4", "checkpointEvery": "10000"])
}
