import OptimistCore

/// An environment in the units that agents act in: [−1, 1] for bounded boxes, raw otherwise.
public struct RescaledActions<Base: Environment>: EnvironmentWrapper {
    /// The environment inside, in its own units.
    public var base: Base
    /// Nothing.
    public var memory = NoMemory()
    /// The map between both.
    public let scaling: ActionScaling

    /// An environment whose bounded actions are clipped to [−1, 1] and mapped.
    public init(_ base: Base) {
        self.base = base
        scaling = ActionScaling(base.actionSpace)
    }

    /// What agents act in.
    public var actionSpace: Space { scaling.agentSpace }
    /// The base's, of agents' actions.
    public var knownReward: RewardFunction? { base.knownReward.map(scaling.convert) }
    /// The base's, of agents' actions.
    public var knownTermination: TerminationFunction? {
        base.knownTermination.map(scaling.convert)
    }

    /// Steps the base with the mapped action.
    public mutating func step(_ action: [Float]) throws -> Step {
        try base.step(scaling.toEnvironment(action))
    }
}

extension RescaledActions: Simulator where Base: Simulator {}
