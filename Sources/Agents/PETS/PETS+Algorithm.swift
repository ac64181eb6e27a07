import OptimistCore

extension PETS {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "pets", title: "Probabilistic ensembles with trajectory sampling",
        summary: "Plans by sampling in an ensemble of probabilistic networks, anew at every step.",
        papers: [
            "Chua, Calandra, McAllister, Levine: Deep Reinforcement Learning in a Handful of "
                + "Trials using Probabilistic Dynamics Models, 2018, arXiv 1805.12114"
        ],
        demonstration: Demonstration(environment: "cartpole-swingup", steps: 3_000),
        presets: presets)

    private static let presets = [
        Preset(
            name: "debug", summary: "Seconds: a tiny ensemble and a short plan.",
            settings: [
                "warmUpSteps": "50", "refitEvery": "50", "refitsAtEpisodeEnd": "false",
                "particles": "2", "dynamics.members": "2", "dynamics.hidden": "16",
                "dynamics.weightDecay": "1e-4", "dynamics.epochs": "5",
                "planner.candidates": "20", "planner.elites": "4", "planner.iterations": "2",
                "planner.horizon": "5",
            ]),
        Preset(
            name: "pendulum", summary: "The torque-limited pendulum, a minute on one core.",
            environments: ["pendulum", "gym:Pendulum-v1"],
            settings: [
                "warmUpSteps": "200", "refitEvery": "200", "particles": "5",
                "dynamics.hidden": "48,48", "dynamics.weightDecay": "1e-4",
                "dynamics.learningRate": "2e-3", "dynamics.epochs": "120",
                "planner.kind": "clipped-cem", "planner.candidates": "120",
                "planner.elites": "12", "planner.iterations": "3", "planner.horizon": "25",
                "planner.initialDeviation": "0.6",
            ]),
        Preset(
            name: "cartpole-swingup", summary: "The cart-pole swing-up of the paper, made smaller.",
            environments: ["cartpole-swingup"],
            settings: [
                "warmUpSteps": "200", "refitEvery": "200", "particles": "5",
                "dynamics.hidden": "200,200,200", "dynamics.weightDecay": "1e-4",
                "dynamics.epochs": "50",
                "planner.kind": "clipped-cem", "planner.candidates": "200",
                "planner.elites": "20", "planner.iterations": "4", "planner.horizon": "25",
                "planner.initialDeviation": "0.5",
            ]),
        Preset(
            name: "inverted-pendulum", summary: "Balancing in MuJoCo, with a learned termination.",
            environments: ["gym:InvertedPendulum-v5"],
            settings: [
                "warmUpSteps": "200", "refitEvery": "250", "propagation": "e", "particles": "1",
                "limitsReward": "true", "dynamics.hidden": "64,64", "dynamics.weightDecay": "1e-4",
                "dynamics.epochs": "300", "dynamics.learningRateDecay": "0.01",
                "planner.kind": "clipped-cem", "planner.candidates": "300",
                "planner.elites": "20", "planner.iterations": "5", "planner.horizon": "30",
                "planner.initialDeviation": "0.1",
            ]),
        Preset(
            name: "half-cheetah", summary: "The half-cheetah with a plan of less than 0.1 s.",
            environments: ["gym:HalfCheetah-v5"],
            settings: [
                "warmUpSteps": "1000", "refitEvery": "1000", "particles": "5",
                "dynamics.hidden": "200,200,200", "dynamics.weightDecay": "1e-4",
                "dynamics.epochs": "20",
                "planner.kind": "clipped-cem", "planner.candidates": "160",
                "planner.elites": "16", "planner.iterations": "4", "planner.horizon": "20",
                "planner.initialDeviation": "0.5",
            ]),
        Preset(
            name: "half-cheetah-paper", summary: "The settings of the paper on the half-cheetah.",
            settings: ["warmUpSteps": "1000", "refitEvery": "1000"]),
    ]

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        let reward: FactorStatus = dynamics.rewardSource == .known ? .known : .learned
        let ending: FactorStatus = dynamics.terminationSource == .known ? .known : .learned
        return BoundSpecification(
            joint: [
                Factor(
                    "p(s'|s,a)", of: "s'", given: ["s", "a"], .learned,
                    role: "ensemble of Gaussian networks"),
                Factor("p(r|s,a,s')", of: "r", given: ["s", "a", "s'"], reward, role: "reward"),
                Factor(
                    "p(end|s,a,s')", of: "end", given: ["s", "a", "s'"], ending,
                    role: "termination"),
                Factor("p(a)", of: "a", given: [], .assumed, role: "where the planner starts"),
                Factor("p(O|r)", of: "O", given: ["r"], .assumed, role: "optimality"),
            ],
            posterior: [
                Factor(
                    "q(a_1:H|s)", of: "a", given: ["s"], .assumed,
                    role: "point found by \(settings.planner.kind.rawValue)"),
                Factor(
                    "q(s'|s,a)", of: "s'", given: ["s", "a"], .learned,
                    role: "particles drawn from the prior"),
            ],
            terms: [.reward], stateInference: "observed; imagined states are drawn from the prior",
            actionInference:
                "\(settings.planner.kind.rawValue) over \(settings.planner.horizon) actions")
    }
}
