import OptimistEnvironments
import OptimistModels
import OptimistTorch

/// An environment with trained layers inside: its actions are the latents of the uppermost of them.
///
/// Any agent for unbounded numbers can act in it; with the prior `gaussian:1` its bound's action
/// consistency is measured against the layers (Haarnoja et al. 2018, arXiv 1804.02808, section 4.2).
///
///     let run = try Run<PPO>(
///         in: "runs/upper", settings, environment: .custom("multigoal-layered") {
///             agent.embedded(in: TaskEnvironment(Multigoal()))
///         }, steps: 50_000)
public struct LayeredEnvironment<Inner: Environment>: EnvironmentWrapper {
    /// The environment inside, in agents' units.
    public var base: RescaledActions<Inner>
    /// The observation that the layers read next.
    public var memory: [Float] = []
    /// The layers, the lowest first.
    public let policy: LayeredPolicy
    private let encoder: ObservationEncoder
    private let reward: (Step) -> Double

    /// An environment with layers inside.
    ///
    /// - Parameters:
    ///   - environment: in its own units.
    ///   - policy: the layers.
    ///   - encoder: what the layers see of observations.
    ///   - reward: what a step pays above the layers.
    public init(
        _ environment: Inner, policy: LayeredPolicy, encoder: ObservationEncoder,
        reward: @escaping (Step) -> Double = { $0.reward }
    ) {
        base = RescaledActions(environment)
        self.policy = policy
        self.encoder = encoder
        self.reward = reward
    }

    /// The base's, layered.
    public var name: String { base.name + "-layered" }
    /// Latents, without bounds.
    public var actionSpace: Space {
        .box(-.infinity, .infinity, shape: [policy.layers[0].width])
    }
    /// Not known: it depends on what the layers do.
    public var knownReward: RewardFunction? { nil }
    /// Not known: it depends on what the layers do.
    public var knownTermination: TerminationFunction? { nil }

    /// Resets the base.
    public mutating func reset(seed: UInt64) throws -> Observation {
        let first = try base.reset(seed: seed)
        memory = first.floats
        return first
    }

    /// Steps the base with what the layers make of the latents.
    public mutating func step(_ action: [Float]) throws -> Step {
        let states = encoder(Tensor(memory, shape: [1] + observationSpace.shape))
        let values = withoutGradient {
            policy.forward(Tensor(action, shape: [1, action.count]), in: states).value
        }
        var step = try base.step(values.floats())
        memory = step.observation.floats
        step.reward = reward(step)
        return step
    }
}

extension LatentSpacePolicy {
    /// An environment whose actions are the latents of this agent's uppermost layer.
    ///
    /// - Parameters:
    ///   - environment: of the kind that the agent learned in, in its own units.
    ///   - reward: what a step pays above the layers.
    public func embedded<Inner: Environment>(
        in environment: Inner, reward: @escaping (Step) -> Double = { $0.reward }
    ) -> LayeredEnvironment<Inner> {
        LayeredEnvironment(environment, policy: policy, encoder: encoder, reward: reward)
    }
}
