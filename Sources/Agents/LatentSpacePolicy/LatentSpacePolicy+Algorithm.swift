import OptimistCore

extension LatentSpacePolicy {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "lsp", title: "Latent-space policies",
        summary: "Stacks invertible policies, each trained in the latents of the frozen one below.",
        papers: [
            "Haarnoja, Hartikainen, Abbeel, Levine: Latent Space Policies for Hierarchical "
                + "Reinforcement Learning, 2018, arXiv 1804.02808",
            "Dinh, Sohl-Dickstein, Bengio: Density Estimation using Real NVP, 2017, "
                + "arXiv 1605.08803",
        ],
        demonstration: Demonstration(
            environment: "multigoal",
            arguments: [
                "goals": "5,0", "reward": "sparse", "action-cost": "0", "bonus": "1",
            ], steps: 20_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: [
                    "layer.units": "16", "critics.units": "16", "layer.couplingUnits": "8",
                    "batch": "16", "warmUpSteps": "32", "reportEvery": "16", "layerUpdates": "60",
                ]),
            Preset(
                name: "multigoal",
                summary: "Layer 0 leaves the middle, layer 1 finds the goal that pays.",
                environments: ["multigoal"],
                settings: ["rewards": "outward:2,task", "rewardScales": "0.5,20"]),
            Preset(
                name: "pendulum", summary: "The torque-limited pendulum.",
                environments: ["pendulum", "gym:Pendulum-v1"],
                settings: ["rewardScales": "0.1"]),
        ], modes: [.fixedLatent], comparedModes: [.sample])
}
