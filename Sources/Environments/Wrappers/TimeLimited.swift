import OptimistCore

/// Cuts episodes after a number of steps; a termination on the same step wins.
public struct TimeLimited<Base: Environment>: EnvironmentWrapper {
    /// The environment inside.
    public var base: Base
    /// Steps taken in this episode.
    public var memory = 0
    /// Steps after which an episode is cut.
    public let limit: Int

    /// An environment cut after `limit` steps, at least one.
    public init(_ base: Base, limit: Int) {
        if limit < 1 { fail("TimeLimited", "the limit is \(limit), not positive") }
        self.base = base
        self.limit = limit
    }

    /// Resets the base and the count.
    public mutating func reset(seed: UInt64) throws -> Observation {
        memory = 0
        return try base.reset(seed: seed)
    }

    /// Steps the base; truncates at the limit.
    public mutating func step(_ action: [Float]) throws -> Step {
        if memory >= limit {
            throw EnvironmentError.episodeOver(environment: name, copy: nil, step: memory)
        }
        var step = try base.step(action)
        memory += 1
        if memory >= limit, step.ending == .none { step.ending = .truncated }
        return step
    }
}

extension TimeLimited: Simulator where Base: Simulator {}
