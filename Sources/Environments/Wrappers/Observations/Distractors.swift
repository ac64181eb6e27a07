import OptimistCore

/// Appends numbers that have nothing to do with the task: independent AR(1) processes.
///
/// Each has coefficient 0.95 and unit variance from the first step on:
/// d′ = 0.95 d + √(1 − 0.95²) N(0, 1), d₀ ~ N(0, 1). Known reward and termination read what is
/// before them.
public struct Distractors<Base: Environment>: EnvironmentWrapper {
    /// The environment inside.
    public var base: Base
    /// The processes and where they draw from.
    public var memory: Processes
    /// Numbers appended.
    public let count: Int
    /// The base's box as a vector, and the distractors.
    public let observationSpace: Space

    /// AR(1) processes side by side.
    public struct Processes: Codable, Hashable, Sendable {
        /// The present values.
        public var values: [Double]
        /// Where they draw from.
        public var generator: Generator
    }

    /// An environment with a box of observations and `count` distractors.
    public init(_ base: Base, count: Int) {
        self.base = base
        self.count = count
        memory = Processes(values: .init(repeating: 0, count: count), generator: Generator(seed: 0))
        observationSpace = base.observationSpace.requireAppending(
            low: -.infinity, high: .infinity, count: count, for: "Distractors")
    }

    private var slices: RowSlices {
        let (width, actions) = (base.observationSpace.width, actionSpace.width)
        return RowSlices(
            observationWidth: width + count, observationSlice: 0..<width, actionWidth: actions,
            actionSlice: 0..<actions)
    }

    /// The base's.
    public var knownReward: RewardFunction? { base.knownReward.map(slices.convert) }
    /// The base's.
    public var knownTermination: TerminationFunction? { base.knownTermination.map(slices.convert) }

    /// Resets the base and the distractors.
    public mutating func reset(seed: UInt64) throws -> Observation {
        memory.generator = Generator(seed: seed).split("distractors")
        for index in 0..<count { memory.values[index] = memory.generator.normal() }
        return append(try base.reset(seed: seed))
    }

    /// Steps the base and the distractors.
    public mutating func step(_ action: [Float]) throws -> Step {
        var step = try base.step(action)
        for index in 0..<count {
            memory.values[index] =
                0.95 * memory.values[index]
                + (1 - 0.95 * 0.95).squareRoot() * memory.generator.normal()
        }
        step.observation = append(step.observation)
        return step
    }

    private func append(_ observation: Observation) -> Observation {
        .floats(observation.floats + memory.values.map { Float($0) })
    }
}

extension Distractors: Simulator where Base: Simulator {}
