import OptimistCore

/// Takes each action several times and sums the rewards; stops at an ending.
///
/// The number of frames that a step took is in `info` as `frames`. Known reward and termination
/// are dropped: they tell of single frames.
public struct ActionRepeat<Base: Environment>: EnvironmentWrapper {
    /// The environment inside.
    public var base: Base
    /// Nothing.
    public var memory = NoMemory()
    /// Frames in a step.
    public let times: Int

    /// An environment in which each action is taken `times` times, at least once.
    public init(_ base: Base, times: Int) {
        if times < 1 { fail("ActionRepeat", "an action is taken \(times) times") }
        self.base = base
        self.times = times
    }

    /// Unknown.
    public var knownReward: RewardFunction? { nil }
    /// Unknown, unless it is known never to come.
    public var knownTermination: TerminationFunction? {
        base.knownTermination?.whereOnlyNeverIsKnown
    }

    /// Steps the base until an ending or the last repetition.
    public mutating func step(_ action: [Float]) throws -> Step {
        var step = try base.step(action)
        var frames = 1
        while frames < times, step.ending == .none {
            let next = try base.step(action)
            step = Step(
                observation: next.observation, reward: step.reward + next.reward,
                ending: next.ending, info: next.info)
            frames += 1
        }
        step.info.append(Metric("frames", Double(frames)))
        return step
    }
}

extension ActionRepeat: Simulator where Base: Simulator {}
