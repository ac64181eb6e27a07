import OptimistAgents
import OptimistCore
import OptimistExperiments
import Testing

/// What an agent has to learn, as its page reports it: the settings that `optimist train` takes, the
/// steps, what is measured, and where the bar lies.
///
/// Bars are the mean of three seeds less two standard deviations, but where all three are at the top
/// of what a task gives: there it is 475 of 500 for the cart-pole, what the task counts as solved.
struct PolicyLearningCase: @unchecked Sendable, CustomTestStringConvertible {
    let agent: any Agent.Type
    let environment: String
    var arguments: [String: String] = [:]
    let steps: Int
    /// A preset by name; the one that is made for the environment otherwise.
    var preset: String?
    /// Settings beside those of the preset, such as `policySteps`.
    var changes: [(String, String)] = []
    /// What is measured, of the records of a run.
    let measure: Measure
    /// What has to be reached.
    let bar: Bar
    /// What an agent that knows nothing reaches.
    let chance: Double

    enum Bar: Sendable {
        case atLeast(Double)
        case atMost(Double)
    }

    /// A number of a run, with its name.
    struct Measure: Sendable {
        let name: String
        let of: @Sendable ([RunStore.Row]) -> Double?
    }

    var testDescription: String { "\(agent.algorithm.name) on \(environment)" }

    /// Whether a number is beyond the bar.
    func isReached(by value: Double) -> Bool {
        switch bar {
        case .atLeast(let least): value >= least
        case .atMost(let most): value <= most
        }
    }
}

extension PolicyLearningCase.Measure {
    /// The mean return of the last evaluation's episodes, with the most likely actions.
    static let evaluation = evaluation("return")

    /// A number of the last evaluation.
    static func evaluation(_ name: String) -> Self {
        Self(name: name) { rows in rows.last { $0.kind == .evaluation }?.value(name) }
    }

    /// A number of the last learning record that has it.
    static func learned(_ name: String) -> Self {
        Self(name: name) { rows in
            rows.last { $0.kind == .learning && $0.value(name) != nil }?.value(name)
        }
    }

    /// The mean of a number over learning records from a step on.
    static func learned(_ name: String, from step: Int) -> Self {
        Self(name: "mean \(name)") { rows in
            mean(rows.filter { $0.kind == .learning && $0.step >= step }.map { $0.value(name) })
        }
    }

    /// The mean of a number over some episodes of training.
    static func episodes(_ name: String, _ range: Range<Int>) -> Self {
        Self(name: "\(name) of training episodes") { rows in
            let episodes = rows.filter { $0.kind == .episode }
            return episodes.count < range.upperBound
                ? nil : mean(episodes[range].map { $0.value(name) })
        }
    }

    /// The mean of a number over the last episodes of training.
    static func lastEpisodes(_ name: String, _ count: Int) -> Self {
        Self(name: "\(name) of training episodes") { rows in
            mean(rows.filter { $0.kind == .episode }.suffix(count).map { $0.value(name) })
        }
    }

    /// nil where there is none.
    private static func mean(_ values: [Double?]) -> Double? {
        let found = values.compactMap { $0 }
        return found.isEmpty ? nil : found.reduce(0, +) / Double(found.count)
    }
}

extension RunStore.Row {
    /// The number of a name.
    func value(_ name: String) -> Double? { metrics.first { $0.name == name }?.value }
}
