import OptimistCore

/// Arguments that put wrappers around an environment.
///
/// From the inside out: clip, time limit, repeat, mask, flicker, distractors, noisy television,
/// frames. The time limit so counts frames, and replaces a built-in task's own.
struct WrapperArguments: Configuration {
    @Setting(
        "Frames after which an episode is cut, in place of the task's own; none for never.", 1...)
    var timeLimit: Int? = nil
    @Setting("Frames that each action is taken for; the rewards are summed.", 1...1000)
    var `repeat` = 1
    @Setting("Observations shown together, the oldest first.", 1...64) var frames = 1
    @Setting("Indices of the observation entries that are shown; empty for all.", 0...)
    var mask: [Int] = []
    @Setting("Probability of a blank observation; a last entry tells of it.", 0.0...1)
    var flicker: Double? = nil
    @Setting("Entries appended to the observation that have nothing to do with the task.", 0...4096)
    var distract = 0
    @Setting("Noise entries that an extra action switches on above 0.5.", 0...4096)
    var noisyTv = 0
    @Setting("Whether actions outside the box are clipped rather than refused.") var clip = false

    /// Wraps an environment; the time limit is already inside.
    ///
    /// - Throws: `EnvironmentError.cannotWrap` where a space does not allow it.
    func wrap(_ environment: any Environment) throws -> any Environment {
        var wrapped = environment
        if clip { wrapped = Self.clip(wrapped) }
        if `repeat` > 1 { wrapped = Self.repeating(wrapped, `repeat`) }
        if !mask.isEmpty { wrapped = try Self.mask(wrapped, mask) }
        if let flicker { wrapped = try Self.flicker(wrapped, flicker) }
        if distract > 0 { wrapped = try Self.distract(wrapped, distract) }
        if noisyTv > 0 { wrapped = try Self.noisy(wrapped, noisyTv) }
        if frames > 1 { wrapped = try Self.stack(wrapped, frames) }
        return wrapped
    }

    private static func clip(_ base: some Environment) -> any Environment { ClippedActions(base) }

    private static func repeating(_ base: some Environment, _ times: Int) -> any Environment {
        ActionRepeat(base, times: times)
    }

    private static func mask<Base: Environment>(
        _ base: Base, _ shown: [Int]
    ) throws -> any Environment {
        guard MaskedObservations<Base>.space(base.observationSpace, shown) != nil else {
            throw refusal(
                base, "mask",
                "its observations have the entries 0 to \(base.observationSpace.width - 1) of "
                    + "\(base.observationSpace.kindInWords)")
        }
        return MaskedObservations(base, shown: shown)
    }

    private static func flicker(
        _ base: some Environment, _ probability: Double
    ) throws -> any Environment {
        try requireBox(base, "flicker")
        return Flicker(base, probability: probability)
    }

    private static func distract(_ base: some Environment, _ count: Int) throws -> any Environment {
        try requireBox(base, "distract")
        return Distractors(base, count: count)
    }

    private static func noisy(_ base: some Environment, _ count: Int) throws -> any Environment {
        try requireBox(base, "noisy-tv")
        if base.actionSpace.appending(low: -1, high: 1, count: 1) == nil {
            throw refusal(
                base, "noisy-tv", "its actions are \(base.actionSpace.kindInWords), not a box")
        }
        return NoisyTelevision(base, count: count)
    }

    private static func stack<Base: Environment>(
        _ base: Base, _ frames: Int
    ) throws -> any Environment {
        guard FrameStack<Base>.space(base.observationSpace, frames) != nil else {
            throw refusal(
                base, "frames",
                "its observations are \(base.observationSpace.kindInWords), neither a vector box "
                    + "nor pictures")
        }
        return FrameStack(base, frames: frames)
    }

    private static func requireBox(_ base: some Environment, _ wrapper: String) throws {
        if base.observationSpace.appending(low: 0, high: 1, count: 1) == nil {
            throw refusal(
                base, wrapper,
                "its observations are \(base.observationSpace.kindInWords), not a box")
        }
    }

    private static func refusal(
        _ base: some Environment, _ wrapper: String, _ reason: String
    ) -> EnvironmentError {
        .cannotWrap(environment: base.name, wrapper: wrapper, reason: reason)
    }
}

extension Space {
    /// The kind and shape in a few words, such as `a box of shape [3]`.
    public var kindInWords: String {
        switch kind {
        case .box: "a box of shape \(shape)"
        case .discrete(let count): "one of \(count) indices"
        case .multiDiscrete(let counts): "indices below \(counts)"
        case .multiBinary(let count): "\(count) bits"
        case .bytes: "bytes of shape \(shape)"
        }
    }
}
