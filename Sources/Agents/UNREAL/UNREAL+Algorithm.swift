import OptimistCore

extension UNREAL {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "unreal", title: "Unsupervised reinforcement and auxiliary learning",
        summary:
            "An actor-critic whose memory also serves to change what is seen and predict rewards.",
        papers: [
            "Jaderberg, Mnih, Czarnecki, Schaul, Leibo, Silver, Kavukcuoglu: Reinforcement "
                + "Learning with Unsupervised Auxiliary Tasks, 2016, arXiv 1611.05397"
        ],
        demonstration: Demonstration(environment: "cartpole-masked", steps: 200_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks.",
                settings: [
                    "networks.units": "16", "networks.memory": "8", "steps": "6",
                    "tasks.rewardRows": "6", "tasks.capacity": "60",
                ]),
            Preset(
                name: "plain", summary: "Without auxiliary tasks: the agent underneath.",
                settings: [
                    "tasks.controlWeight": "0", "tasks.rewardWeight": "0",
                    "tasks.valueWeight": "0",
                ]),
        ],
        runSettings: ["environments": "8", "checkpointEvery": "10000"])
}
