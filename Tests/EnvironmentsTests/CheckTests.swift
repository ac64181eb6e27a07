import OptimistCore
import OptimistEnvironments
import Testing

/// An environment with one mistake of each kind, on demand.
private struct Broken: Environment {
    let mistake: EnvironmentFinding.Kind?
    let name = "broken"
    let observationSpace = Space.box(-1, 1, shape: [2])
    let actionSpace = Space.box(-1, 1, shape: [1])
    private var steps = 0
    private var isOver = true
    private var resets = 0
    private var generator = Generator(seed: 0)
    private var row: [Float] = [0, 0]

    init(_ mistake: EnvironmentFinding.Kind?) { self.mistake = mistake }

    var knownReward: RewardFunction? { .constant(mistake == .knownReward ? 2 : 1) }

    var knownTermination: TerminationFunction? {
        mistake == .knownTermination
            ? TerminationFunction { rows, ended in for row in 0..<rows.count { ended[row] = true } }
            : .never
    }

    mutating func reset(seed: UInt64) throws -> Observation {
        resets += 1
        if mistake == .resetFails, isOver, resets > 1 { throw Trouble() }
        if mistake == .notDeterministic {
            _ = generator.next()
        } else {
            generator = Generator(seed: seed)
        }
        (steps, isOver) = (0, false)
        return observe()
    }

    mutating func step(_ action: [Float]) throws -> Step {
        if isOver, mistake != .stepAfterEnding { throw Trouble() }
        if mistake == .refused, action[0] < 0 { throw Trouble() }
        if action[0].isNaN, mistake != .notFiniteActionTaken { throw Trouble() }
        if abs(action[0]) > 1, mistake != .boundsIgnored { throw Trouble() }
        steps += 1
        isOver = steps >= 10 && mistake != .neverEnds
        let reward = mistake == .rewardNotFinite && steps == 4 ? Double.nan : 1
        return Step(observation: observe(), reward: reward, ending: isOver ? .truncated : .none)
    }

    private mutating func observe() -> Observation {
        let value = Float(generator.uniform(-1, 1))
        switch mistake {
        case .observationWidth: return .floats([value])
        case .observationType: return .bytes([0, 1])
        case .observationNotFinite: return .floats([value, .infinity])
        case .observationOutside: return .floats([value, 1.5])
        case .observationReused: return reuse(value)
        default: return .floats([value, -value])
        }
    }

    /// Writes into the storage that was handed out before, as a binding to foreign memory might.
    private func reuse(_ value: Float) -> Observation {
        row.withUnsafeBufferPointer {
            UnsafeMutablePointer(mutating: $0.baseAddress!).update(repeating: value, count: 2)
        }
        return .floats(row)
    }

    struct Trouble: Error {}
}

@Suite struct CheckTests {
    @Test func `an environment without mistakes has no findings`() {
        #expect(EnvironmentCheck().check(Broken(nil)) == [])
    }

    @Test(arguments: EnvironmentFinding.Kind.allCases)
    func `each mistake is found, and no other`(kind: EnvironmentFinding.Kind) throws {
        let findings = EnvironmentCheck(steps: 200).check(Broken(kind))
        #expect(findings.map(\.kind) == [kind])
        let sentence = try #require(findings.first).sentence
        #expect(sentence.hasPrefix("broken: ") && sentence.count > 30)
    }

    @Test func `the sentence says what, where and what to do`() {
        let findings = EnvironmentCheck().check(Broken(.rewardNotFinite))
        #expect(
            findings.first?.sentence
                == "broken: the reward of step 4 is nan; return a finite number")
    }
}
