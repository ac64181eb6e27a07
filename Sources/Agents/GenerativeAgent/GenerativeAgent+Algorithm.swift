import OptimistCore
import OptimistEnvironments
import OptimistModels
import OptimistTorch

extension GenerativeAgent {
    /// The algorithm's name, papers and presets.
    public static let algorithm = Algorithm(
        name: "generative-agent", title: "The generative agent",
        summary: "Infers its state by filtering and its action by planning in its own model, and "
            + "distils plans into habit.",
        papers: [
            "Marino, Yue: An Inference Perspective on Model-Based Reinforcement Learning, 2019",
            "Marino, Cvitkovic, Yue: A General Method for Amortizing Variational Filtering, 2018, "
                + "arXiv 1811.05090",
            "Marino, Piche, Ialongo, Yue: Iterative Amortized Policy Optimization, 2020, "
                + "arXiv 2010.10670",
        ],
        demonstration: Demonstration(
            environment: "pendulum-masked", arguments: ["repeat": "2"], steps: 4_000),
        presets: [
            Preset(
                name: "debug", summary: "Seconds: tiny networks and short plans.",
                settings: [
                    "warmUpSteps": "40", "model.hidden": "8", "model.latent": "2",
                    "model.units": "8", "learning.batch": "4", "learning.window": "8",
                    "learning.every": "20", "learning.updates": "5", "learning.pretraining": "5",
                    "learning.valueStates": "8", "learning.valueHorizon": "3",
                    "learning.particles": "4", "planner.candidates": "16",
                    "planner.horizon": "3", "planner.iterations": "2",
                    "planner.minimumEffectiveShare": "0.25",
                ]),
            Preset(
                name: "cartpole", summary: "Balancing with two actions, each of them imagined.",
                environments: ["cartpole-masked", "cartpole"],
                settings: [
                    "rewardScale": "1", "explorationNoise": "0.1", "planner.kind": "enumeration",
                    "planner.candidates": "32", "planner.maximumRollouts": "64",
                    "planner.tolerance": "0.5",
                ]),
            Preset(
                name: "discrete",
                summary: "Few states, seen as indices, and rewards of 0 and 1: every sum is exact.",
                environments: ["frozen-lake"],
                settings: [
                    "rewardScale": "10", "explorationNoise": "0.2", "explorationSteps": "100000",
                    "marginal": "exact", "model.latentKind": "categorical", "model.latent": "16",
                    "model.binaryRewards": "true", "planner.kind": "enumeration",
                    "planner.candidates": "32", "planner.maximumRollouts": "64",
                    "planner.tolerance": "0.5",
                ]),
        ],
        modes: [.planned, .habit], comparedModes: [.habit])

    static func makeLearner(
        _ settings: GenerativeAgentSettings, _ world: World, using generator: inout Generator
    ) throws -> any GenerativeLearning {
        guard let code = ObservationCode(world.observationSpace) else {
            throw AgentError.unsuitable(
                algorithm: algorithm.name, world: world.name,
                reason: "it models vectors of numbers or bits and single indices, and observations "
                    + "are " + world.observationSpace.kindInWords)
        }
        if settings.model.observationLags > 0, code != .numbers(code.width) {
            throw ConfigurationError.inconsistent(
                "model.observationLags moves and scales numbers, and observations are "
                    + world.observationSpace.kindInWords + ": leave it 0")
        }
        if case .discrete(let count) = world.actionSpace.kind {
            return try discrete(settings, world, code, count, using: &generator)
        }
        guard world.actionSpace.isBounded else {
            throw AgentError.unsuitable(
                algorithm: algorithm.name, world: world.name,
                reason: "it acts in a box with finite bounds or among indices, and actions are "
                    + world.actionSpace.kindInWords)
        }
        return try continuous(settings, world, code, using: &generator)
    }

    private static func continuous(
        _ settings: GenerativeAgentSettings, _ world: World, _ code: ObservationCode,
        using generator: inout Generator
    ) throws -> any GenerativeLearning {
        let (sizes, width) = (settings.model, world.actionSpace.width)
        let head = GaussianPolicyHead(
            sizes: [sizes.hidden + sizes.latent] + sizes.units + [width],
            deviations: sizes.habitFloor...max(1, sizes.habitFloor), using: &generator)
        return GenerativeLearner(
            settings,
            networks: networks(
                settings, world, code,
                ContinuousHabit(
                    head: head, width: width, particles: settings.learning.particles,
                    targets: settings.learning.distillationTargets), using: &generator),
            planner: try settings.planner.make(actionWidth: width, using: &generator))
    }

    private static func discrete(
        _ settings: GenerativeAgentSettings, _ world: World, _ code: ObservationCode,
        _ count: Int, using generator: inout Generator
    ) throws -> any GenerativeLearning {
        if settings.learning.distillationTargets == .gaussian {
            throw ConfigurationError.inconsistent(
                "learning.distillationTargets 'gaussian' needs continuous actions; the plan of "
                    + "discrete ones is distilled as the law it is: leave it particles")
        }
        let sizes = settings.model
        let network = MultilayerPerceptron(
            sizes: [sizes.hidden + sizes.latent] + sizes.units + [count], activation: .elu,
            outputInitializer: .zeros, using: &generator)
        return GenerativeLearner(
            settings,
            networks: networks(
                settings, world, code,
                DiscreteHabit(network: network, count: count, uniformShare: sizes.habitUniform),
                using: &generator),
            planner: try settings.planner.makeDiscrete())
    }

    private static func networks<H: Habit>(
        _ settings: GenerativeAgentSettings, _ world: World, _ code: ObservationCode, _ habit: H,
        using generator: inout Generator
    ) -> GenerativeNetworks<H> {
        GenerativeNetworks(
            settings, seeing: code,
            endings: world.knownTermination?.isNever != true, habit: habit, using: &generator)
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        BoundSpecification(
            joint: [
                Factor(
                    "p(z'|z,a)", of: "z'", given: ["z", "a"], .learned,
                    role: "recurrent state-space model")
            ] + emissions + [
                Factor("p(a|z)", of: "a", given: ["z"], .learned, role: "habit"),
                Factor("p(O|r)", of: "O", given: ["r"], .assumed, role: "optimality"),
            ],
            posterior: [
                Factor(
                    "q(z'|z,a,x,r)", of: "z'", given: ["z", "a", "x", "r"], .learned,
                    role: "filter"),
                Factor(
                    "q(a|z)", of: "a", given: ["z"],
                    settings.planner.kind == .amortized ? .learned : .assumed,
                    role: learner.actionRole),
            ],
            terms: [.reward, .informationGain, .stateConsistency, .actionConsistency],
            marginalWeight: settings.marginalGradient.weight(settings.marginalWeight),
            mutualInformationWeight: settings.planner.informationWeight,
            stateInference: stateInference,
            actionInference:
                "\(learner.actionRole), over \(settings.planner.horizon) actions")
    }

    /// What a state emits; an ending only where the task has one.
    private var emissions: [Factor] {
        let ending = Factor("p(end|z')", of: "end", given: ["z'"], .learned, role: "ending")
        let seen =
            settings.model.observationLags > 0
            ? Factor(
                "p(x|z',x⁻)", of: "x", given: ["z'", "x⁻"], .learned,
                role: "observation, by a flow from the \(settings.model.observationLags) before")
            : Factor("p(x|z')", of: "x", given: ["z'"], .learned, role: "observation")
        return [
            seen,
            Factor("p(r|z')", of: "r", given: ["z'"], .learned, role: "reward"),
        ] + (learner.endings ? [ending] : [])
    }

    private var stateInference: String {
        let iterations = settings.model.inferenceIterations
        let classes = settings.model.latentKind == .categorical
        return "amortized filter \(classes ? "over \(settings.model.latent) classes " : "")"
            + "in a recurrent state-space model"
            + (iterations > 0 ? ", refined by learned iterations (\(iterations))" : "")
            + (settings.beliefParticles > 0 ? ", \(settings.beliefParticles) side by side" : "")
    }
}
