import OptimistCore

/// One copy of an environment of Gymnasium, stepped by a Python process of its own.
///
///     var world = try GymnasiumEnvironment(GymnasiumName("gym:Pendulum-v1"))
///     defer { world.close() }
///     let first = try world.reset(seed: 0)
///     let step = try world.step([0.5])
public final class GymnasiumEnvironment: Environment {
    /// The environment as a vector of one copy.
    public let copies: GymnasiumEnvironments

    /// Starts a worker that makes the environment.
    ///
    /// - Parameters:
    ///   - name: `gym:Id` or `gym:module:Id`, read.
    ///   - arguments: what the environment's constructor gets.
    ///   - options: how the worker is run.
    /// - Throws: `GymnasiumError`, as `GymnasiumEnvironments` does.
    public init(
        _ name: GymnasiumName, arguments: [(key: String, value: GymnasiumArgument)] = [],
        options: GymnasiumOptions = GymnasiumOptions()
    ) throws {
        copies = try GymnasiumEnvironments(name, arguments: arguments, options: options)
    }

    /// The name as it was asked for.
    public var name: String { copies.name }
    /// What observations look like.
    public var observationSpace: Space { copies.observationSpace }
    /// What actions look like, in the environment's own units, indices from 0.
    public var actionSpace: Space { copies.actionSpace }

    /// Starts an episode and returns its first observation.
    ///
    /// - Throws: `GymnasiumError`.
    public func reset(seed: UInt64) throws -> Observation {
        try copies.reset(0, seed: seed)
        return copies.outcome.observations
    }

    /// Takes an action, a row of `actionSpace`, and returns what it brought.
    ///
    /// - Throws: `GymnasiumError`.
    public func step(_ action: [Float]) throws -> Step {
        try action.withUnsafeBufferPointer { try copies.step(actions: $0, active: [true]) }
        let outcome = copies.outcome
        return Step(
            observation: outcome.observations, reward: outcome.rewards[0],
            ending: outcome.endings[0], info: outcome.info[0])
    }

    /// Draws the present state, scaled to a size, where drawing was asked for in the options.
    ///
    /// - Throws: `GymnasiumError.cannotDraw`, or what ends a worker.
    public func render(width: Int, height: Int) throws -> Picture? {
        try copies.render(0, width: width, height: height)
    }

    /// Ends the worker.
    public func close() { copies.close() }

    /// The environment's own table of transitions, as `GymnasiumEnvironments` reads it.
    ///
    /// - Returns: the table, and whether its start is the environment's own.
    /// - Throws: `GymnasiumError.noTable`.
    public func taskTable() throws -> (table: TaskTable, knowsStart: Bool) {
        try copies.taskTable()
    }
}
