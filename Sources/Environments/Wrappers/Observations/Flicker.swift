import OptimistCore

/// Blanks each observation with a probability: zeros, and a last entry that says so.
///
/// The last entry is 1 where the observation is blank and 0 where it is shown. Known reward and
/// termination are dropped.
public struct Flicker<Base: Environment>: EnvironmentWrapper {
    /// The environment inside.
    public var base: Base
    /// Where blanks are drawn from.
    public var memory = Generator(seed: 0)
    /// The probability of a blank.
    public let probability: Double
    /// The base's box as a vector, and the flag.
    public let observationSpace: Space

    /// An environment with a box of observations that flickers.
    public init(_ base: Base, probability: Double) {
        if !(0...1).contains(probability) { fail("Flicker", "the probability is \(probability)") }
        self.base = base
        self.probability = probability
        let space = base.observationSpace.requireAppending(
            low: 0, high: 1, count: 1, for: "Flicker")
        guard case .box(let low, let high) = space.kind else { fail("Flicker", "needs a box") }
        observationSpace = .box(low: low.map { min($0, 0) }, high: high.map { max($0, 0) })
    }

    /// Unknown.
    public var knownReward: RewardFunction? { nil }
    /// Unknown, unless it is known never to come.
    public var knownTermination: TerminationFunction? {
        base.knownTermination?.whereOnlyNeverIsKnown
    }

    /// Resets the base; the first observation may be blank too.
    public mutating func reset(seed: UInt64) throws -> Observation {
        memory = Generator(seed: seed).split("flicker")
        return flicker(try base.reset(seed: seed))
    }

    /// Steps the base and blanks what it shows, perhaps.
    public mutating func step(_ action: [Float]) throws -> Step {
        var step = try base.step(action)
        step.observation = flicker(step.observation)
        return step
    }

    private mutating func flicker(_ observation: Observation) -> Observation {
        let isBlank = memory.bernoulli(probability)
        let row = isBlank ? .init(repeating: 0, count: observation.count) : observation.floats
        return .floats(row + [isBlank ? 1 : 0])
    }
}

extension Flicker: Simulator where Base: Simulator {}
