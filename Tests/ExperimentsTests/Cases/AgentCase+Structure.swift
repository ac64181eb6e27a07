import OptimistAgents

extension AgentCase {
    /// Those whose actions have parts or layers.
    static let hierarchies = [
        AgentCase(
            "latent-space policies", LatentSpacePolicy.self, on: "multigoal",
            set: [("rewards", "outward:2,task")]),
        AgentCase(
            "latent-space policies, autoregressive", LatentSpacePolicy.self, on: "multigoal",
            set: [("rewards", "outward:2,task"), ("layer.kind", "masked-autoregressive")]),
        AgentCase(
            "options", OptionAgent.self, on: "pendulum", ["time-limit": "35"],
            set: [("standardizesObservations", "true"), ("deliberationCost", "0.1")]),
        AgentCase(
            "options with a reverse model", OptionAgent.self, on: "cartpole",
            set: [("estimator", "enumerate-option"), ("reverse", "window:2")]),
        AgentCase(
            "options relaxed", OptionAgent.self, on: "cartpole",
            set: [("estimator", "gumbel"), ("reverse", "forward")]),
        AgentCase(
            "option-critic", OptionCritic.self, on: "cartpole", set: [("deliberationCost", "0.1")]),
        AgentCase(
            "option-critic in tables", OptionCritic.self, on: "four-rooms", ["time-limit": "40"],
            set: [("form", "tables"), ("reportEvery", "50")]),
        AgentCase("DIAYN", DIAYN.self, on: "point-mass", ["control": "velocity"]),
    ]

    /// Those that make or infer rewards of their own.
    static let intrinsic = [
        AgentCase("UNREAL", UNREAL.self, on: "cartpole-masked"),
        AgentCase(
            "VIME", VIME.self, on: "mountain-car", ["sparse": "true", "time-limit": "35"]),
        AgentCase(
            "GAIL", GAIL.self, on: "cartpole", ["terminates": "false", "time-limit": "35"],
            set: [("reward", "positive")]),
        AgentCase(
            "GAIL on numbers", GAIL.self, on: "pendulum", ["time-limit": "35"],
            set: [("expert.subsampling", "3")]),
        AgentCase("posterior sampling", PSRL.self, on: "river-swim"),
        AgentCase(
            "intrinsic control", IntrinsicControl.self, on: "grid-world", ["time-limit": "6"]),
        AgentCase(
            "implicit control", IntrinsicControl.self, on: "grid-world", ["time-limit": "6"],
            set: [("form", "implicit")]),
        AgentCase("empowerment", EmpowermentAgent.self, on: "grid-world", ["time-limit": "30"]),
    ]

    /// Those that learn a model.
    static let modelBased = [
        AgentCase("PETS", PETS.self, on: "pendulum", ["time-limit": "35"]),
        AgentCase("generative agent", GenerativeAgent.self, on: "pendulum-masked", masked),
        AgentCase(
            "generative agent with information", GenerativeAgent.self, on: "pendulum-masked",
            masked,
            set: [
                ("planner.informationWeight", "1"), ("informationSamples", "4"),
                ("marginalWeight", "0.5"), ("marginalStart", "5"), ("marginalRise", "10"),
                ("marginal", "mixture:4"), ("learning.habitLimit", "1e-3"),
                ("planner.sufficientShare", "0.5"),
            ]),
        AgentCase(
            "generative agent with beliefs", GenerativeAgent.self, on: "pendulum-masked", masked,
            set: [
                ("beliefParticles", "4"), ("planner.informationWeight", "1"),
                ("planner.kind", "smc"), ("model.inferenceIterations", "1"),
            ]),
        AgentCase(
            "generative agent with a flow", GenerativeAgent.self, on: "pendulum-masked", masked,
            set: [("model.observationLags", "2"), ("model.inferenceIterations", "1")]),
        AgentCase(
            "generative agent on cart-pole", GenerativeAgent.self, on: "cartpole-masked",
            set: [("planner.kind", "enumeration"), ("planner.maximumRollouts", "16")]),
        AgentCase(
            "generative agent on ice", GenerativeAgent.self, on: "frozen-lake",
            set: [
                ("planner.kind", "enumeration"), ("planner.maximumRollouts", "16"),
                ("model.latentKind", "categorical"), ("model.latent", "4"),
                ("model.binaryRewards", "true"), ("marginal", "exact"),
                ("marginalWeight", "0.5"), ("marginalStart", "5"), ("marginalRise", "10"),
                ("planner.informationWeight", "1"), ("informationSamples", "4"),
                ("informationEstimator", "midpoint"),
            ]),
    ]

    private static let masked = ["repeat": "2", "time-limit": "60"]
}
