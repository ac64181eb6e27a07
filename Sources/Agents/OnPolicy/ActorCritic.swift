import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// A policy and a value that read the same features, with what encodes observations and remembers
/// them: what agents that learn from their own rollouts are made of.
public final class ActorCritic {
    /// What actions are.
    public let kind: ActionKind
    /// π(a | features).
    public let policy: PolicyNetwork
    /// V of features, in the units of what it is fitted to.
    public let critic: FusedNetwork
    /// What features remember of earlier steps; nil where they are the observation alone.
    public let memory: PolicyMemory?
    /// What observations are to the networks.
    public private(set) var encoder: ObservationEncoder
    /// Whether losses that plain loops have are computed by them, and not composed of tensors.
    package var fusesLosses = true

    /// Networks with drawn weights.
    ///
    /// - Parameters:
    ///   - settings: their sizes.
    ///   - prior: what actions are like beforehand, where that plays a part.
    ///   - world: whose observations and actions they are for.
    ///   - algorithm: whose they are, for refusals.
    ///   - generator: draws the weights.
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has, or a prior that does
    ///   not suit them.
    package init(
        _ settings: PolicySettings, prior: PolicyPrior? = nil, world: World, algorithm: String,
        using generator: inout Generator
    ) throws {
        kind = try world.actionKind(for: algorithm, prior: prior)
        encoder = ObservationEncoder(
            world.observationSpace, isStandardizing: settings.standardizesObservations)
        memory =
            settings.memory == 0
            ? nil
            : PolicyMemory(
                hidden: settings.memory, observation: encoder.width, code: kind.codeWidth,
                using: &generator)
        let features = memory?.features ?? encoder.width
        policy = PolicyNetwork(
            features: features, units: settings.units, activation: settings.activation, kind: kind,
            spread: .fixed(initialDeviation: settings.initialDeviation), using: &generator)
        critic = FusedNetwork(
            sizes: [features] + settings.units + [1], activation: settings.activation,
            hidden: .orthogonal(gain: 2.0.squareRoot()), output: .orthogonal(gain: 1),
            using: &generator)
    }

    /// Trains policy, value and memory together.
    package func learner(
        learningRate: Double, method: FusedLearner.Method, clippingNorm: Double?
    ) -> FusedLearner {
        FusedLearner(
            [policy.network, critic], others: policy.others + (memory?.parameters ?? []),
            learningRate: learningRate, method: method, clippingNorm: clippingNorm)
    }

    /// Trains policy, value and memory together by an optimizer of the caller's own.
    func learner(
        clippingNorm: Double?, optimizer: ([NamedTensor]) -> any Optimizer
    ) -> FusedLearner {
        FusedLearner(
            [policy.network, critic], others: policy.others + (memory?.parameters ?? []),
            clippingNorm: clippingNorm, optimizer: optimizer)
    }

    /// Trains policy and memory by Adam, and leaves the value to others.
    package func policyLearner(_ settings: DescentSettings) -> FusedLearner {
        FusedLearner(
            [policy.network], others: policy.others + (memory?.parameters ?? []),
            learningRate: settings.learningRate, clippingNorm: settings.clippingNorm)
    }

    /// The carry of environments whose episodes are about to start.
    package func carry(for environments: Int) -> PolicyCarry {
        PolicyCarry(of: memory, environments: environments)
    }

    /// Adds what a rollout saw to the encoder's statistics, after it was learned from.
    package func observe(_ batch: Batch) { encoder.observe(batch.validObservations) }

    /// Encodes as another one does.
    func adoptEncoder(of other: ActorCritic) { encoder = other.encoder }

    /// Stores networks and statistics.
    func save(to archive: Archive) {
        encoder.save(to: archive.scope("encoder"))
        policy.save(to: archive.scope("policy"))
        critic.save(to: archive.scope("critic"))
        memory?.save(to: archive.scope("memory"))
    }

    /// Reads what `save` wrote.
    func load(from archive: Archive) throws {
        try encoder.load(from: archive.scope("encoder"))
        try policy.load(from: archive.scope("policy"))
        try critic.load(from: archive.scope("critic"))
        try memory?.load(from: archive.scope("memory"))
    }
}

extension ActorCritic {
    /// The name of the column that holds the memory's state before each step.
    static let memoryColumn = "memory"

    /// Actions for what has arrived: drawn, or the best ones where the mode is deterministic.
    package func act(
        on arrival: Arrival, carrying carry: inout PolicyCarry, mode: ActingMode,
        using generator: inout Generator
    ) -> Action {
        carry.reset(arrival.isFirst)
        let before = carry.remembered?.state
        let law = policy.predict(carry.features(of: arrival, encoder, memory))
        let actions = mode == .deterministic ? law.best : law.sample(using: &generator)
        carry.remember(actions, kind)
        return Action(
            values: ActionLaw.values(actions),
            columns: before.map { [(Self.memoryColumn, $0.rowsOfFloats)] } ?? [])
    }
}

extension Tensor {
    /// The rows of a matrix as arrays.
    fileprivate var rowsOfFloats: [[Float]] {
        let (values, width) = (floats(), size(axis: 1))
        return (0..<size(axis: 0)).map { Array(values[$0 * width..<($0 + 1) * width]) }
    }
}

extension Batch {
    /// Observations that actions were taken at, padding left out, `[rows, observation...]`.
    var validObservations: Tensor {
        observations.slice(axis: 0, 0..<time).flattened(from: 0, to: 1)
            .indexSelect(axis: 0, validRows)
    }

    /// Indices of the steps that happened, in `time × width`.
    var validRows: Tensor { valid.flattened().nonzero().squeezed(axis: 1) }
}
