import OptimistCore

extension EnvironmentExamination {
    /// Whether the episode ended, refuses further steps then, and can be reset.
    mutating func checkEnding(_ walk: Walk) {
        guard walk.isOver else {
            if walk.steps.count == settings.steps {
                report(
                    .neverEnds,
                    "no episode ended within \(settings.steps) steps of random actions; give it "
                        + "a time limit")
            }
            return
        }
        let number = walk.steps.count + 1
        if (try? environment.step(walk.actions[0])) != nil {
            report(
                .stepAfterEnding,
                "step \(number) was taken although step \(number - 1) had ended the episode; "
                    + "throw until the next reset")
        }
        do {
            _ = try environment.reset(seed: settings.seed &+ 1)
        } catch {
            report(
                .resetFails,
                "reset after an ending failed: \(error); make every reset start a new episode")
        }
    }

    /// Whether the same seed and actions give the same episode, also after another one.
    mutating func checkAgain(_ walk: Walk) {
        guard let first = try? environment.reset(seed: settings.seed) else { return }
        if !first.isSame(as: walk.observations[0]) {
            report(.notDeterministic, Self.randomness("the first observation"))
        }
        for (index, action) in walk.actions.enumerated() {
            guard let step = try? environment.step(action) else { return }
            if !step.isSame(as: walk.steps[index]) {
                report(.notDeterministic, Self.randomness("step \(index + 1)"))
                return
            }
        }
    }

    private static func randomness(_ place: String) -> String {
        "the same seed and actions gave something else at \(place); draw all randomness from the "
            + "reset seed, and forget everything at a reset"
    }

    /// Whether actions outside the space and actions that are not finite are refused.
    mutating func checkBadActions() {
        let space = environment.actionSpace
        if let outside = space.outside, takes(outside) {
            report(
                .boundsIgnored,
                "the action \(outside) outside the space (\(space.kindInWords)) was taken; throw, "
                    + "or declare what is allowed")
        }
        let nothing = [Float](repeating: .nan, count: space.width)
        if takes(nothing) {
            report(.notFiniteActionTaken, "an action that is not a number was taken; throw")
        }
    }

    private mutating func takes(_ action: [Float]) -> Bool {
        guard (try? environment.reset(seed: settings.seed)) != nil else { return false }
        return (try? environment.step(action)) != nil
    }
}

extension Space {
    /// A finite row just outside the space; nil where there is none.
    fileprivate var outside: [Float]? {
        switch kind {
        case .box(let low, let high):
            guard let entry = high.firstIndex(where: \.isFinite) else { return nil }
            var row = zip(low, high).map { min(max(0, $0), $1) }
            row[entry] = high[entry] + max(1, abs(high[entry]))
            return row
        case .discrete(let count): return [Float(count)]
        case .multiDiscrete(let counts): return counts.map { Float($0) }
        case .multiBinary(let count): return .init(repeating: 2, count: count)
        case .bytes: return .init(repeating: 256, count: width)
        }
    }
}

extension Step {
    /// Whether two steps are equal bit for bit, numbers that are not numbers included.
    fileprivate func isSame(as other: Step) -> Bool {
        reward.bitPattern == other.reward.bitPattern && ending == other.ending
            && observation.isSame(as: other.observation)
    }
}
