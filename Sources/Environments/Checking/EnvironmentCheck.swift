import OptimistCore

/// Looks for the usual mistakes in an environment by acting in it at random.
///
///     for finding in EnvironmentCheck().check(environment) { print(finding.sentence) }
///
/// Each kind of mistake is reported once, where it was first seen.
public struct EnvironmentCheck: Sendable {
    /// Steps within which an episode has to end.
    public var steps: Int
    /// What seeds and actions derive from.
    public var seed: UInt64

    /// A check that waits `steps` steps for an ending.
    public init(steps: Int = 2000, seed: UInt64 = 0) {
        if steps < 1 { fail("EnvironmentCheck", "\(steps) steps") }
        self.steps = steps
        self.seed = seed
    }

    /// The mistakes found, none for a good environment; the environment is stepped, not closed.
    public func check(_ environment: any Environment) -> [EnvironmentFinding] {
        func open(_ environment: some Environment) -> [EnvironmentFinding] {
            var examination = EnvironmentExamination(environment, self)
            examination.run()
            return examination.findings
        }
        return open(environment)
    }
}

/// One check in progress.
struct EnvironmentExamination<E: Environment> {
    /// What an episode of random actions was like.
    struct Walk {
        var observations: [Observation]
        var actions: [[Float]] = []
        var steps: [Step] = []
        var isOver: Bool { steps.last.map { $0.ending != .none } ?? false }
    }

    var environment: E
    let settings: EnvironmentCheck
    private(set) var findings: [EnvironmentFinding] = []

    init(_ environment: E, _ settings: EnvironmentCheck) {
        self.environment = environment
        self.settings = settings
    }

    mutating func report(_ kind: EnvironmentFinding.Kind, _ sentence: String) {
        if findings.contains(where: { $0.kind == kind }) { return }
        findings.append(
            EnvironmentFinding(kind: kind, sentence: "\(environment.name): \(sentence)"))
    }

    mutating func run() {
        guard let walk = walk(limit: settings.steps) else { return }
        checkEnding(walk)
        checkAgain(walk)
        checkKnownFunctions(walk)
        checkBadActions()
    }

    /// An episode with random actions; nil where the first reset failed.
    private mutating func walk(limit: Int) -> Walk? {
        var generator = Generator(seed: settings.seed).split("actions")
        let first: Observation
        do {
            first = try environment.reset(seed: settings.seed)
        } catch {
            report(.refused, "reset(seed: \(settings.seed)) failed: \(error); make it start")
            return nil
        }
        examine(first, "the first observation")
        var walk = Walk(observations: [first])
        var copy = Observation.floats([])
        for number in 1...limit {
            let action = environment.actionSpace.sample(using: &generator)
            guard let step = take(action, number) else { break }
            if number > 1, !copy.isSame(as: walk.observations[number - 1]) {
                report(
                    .observationReused,
                    "the observation of step \(number - 1) changed at step \(number); return a "
                        + "row of its own each time")
            }
            examine(step, number)
            walk.actions.append(action)
            walk.steps.append(step)
            walk.observations.append(step.observation)
            copy = step.observation.detached
            if step.ending != .none { break }
        }
        return walk
    }

    private mutating func take(_ action: [Float], _ number: Int) -> Step? {
        do {
            return try environment.step(action)
        } catch {
            report(
                .refused,
                "step \(number) refused the action \(action) of its own space: \(error); take "
                    + "every action of the space, or declare a smaller one")
            return nil
        }
    }

    private mutating func examine(_ step: Step, _ number: Int) {
        examine(step.observation, "the observation of step \(number)")
        if !step.reward.isFinite {
            report(
                .rewardNotFinite,
                "the reward of step \(number) is \(step.reward); return a finite number")
        }
    }

    private mutating func examine(_ observation: Observation, _ place: String) {
        let space = environment.observationSpace
        let isBytes = if case .bytes = observation { true } else { false }
        if isBytes != (space.kind == .bytes) {
            report(
                .observationType,
                "\(place) is \(isBytes ? "bytes" : "floats") where the space says "
                    + "\(space.kindInWords); return what the space says")
        }
        let row = observation.floats
        if row.count != space.width {
            report(
                .observationWidth,
                "\(place) has \(row.count) entries where the space has \(space.width); make them "
                    + "the same")
        } else if let entry = row.firstIndex(where: { !$0.isFinite }) {
            report(
                .observationNotFinite,
                "entry \(entry) of \(place) is \(row[entry]); return finite numbers")
        } else if !space.contains(row) {
            report(
                .observationOutside,
                "\(place), \(row.prefix(8)), is not in its space (\(space.kindInWords)); widen "
                    + "the space or correct the observation")
        }
    }
}

extension Observation {
    /// Whether two rows are equal bit for bit, numbers that are not numbers included.
    func isSame(as other: Observation) -> Bool {
        switch (self, other) {
        case (.floats(let left), .floats(let right)):
            left.map(\.bitPattern) == right.map(\.bitPattern)
        case (.bytes(let left), .bytes(let right)): left == right
        case (.floats, .bytes), (.bytes, .floats): false
        }
    }

    /// The same row in storage of its own.
    fileprivate var detached: Observation {
        switch self {
        case .floats(let row): .floats(row.map { $0 })
        case .bytes(let row): .bytes(row.map { $0 })
        }
    }
}
