import Foundation
import OptimistCore
import OptimistInference
import OptimistPlanning
import OptimistProbability
import OptimistTorch

/// Imagination in tables: states and actions are int64 indices, and each pair leads to one of
/// several outcomes, an arrival at a state with its log-optimality. All numbers are float64.
struct TabularImagination: ImaginationModel {
    /// What can follow a state and an action.
    struct Outcome {
        var probability: Double
        var next: Int
        var logOptimality: Double
        var continuation = 1.0
    }

    private let logHabit: Tensor
    private let cumulated: Tensor
    private let next: Tensor
    private let logOptimality: Tensor
    private let continuation: Tensor?
    private let information: Tensor
    private let values: Tensor?
    private let actionCount: Int
    private let width: Int

    /// - Parameters:
    ///   - habit: p(a | z), `[state][action]`.
    ///   - outcomes: `[state][action][outcome]`.
    ///   - information: `[state][action]`; zeros if left out.
    ///   - values: V, `[state]`; none if left out.
    init(
        habit: [[Double]], outcomes: [[[Outcome]]], information: [[Double]]? = nil,
        values: [Double]? = nil
    ) {
        let rows = outcomes.flatMap { $0 }
        let width = rows.map(\.count).max()!
        func table(_ read: (Outcome) -> Double) -> [Double] {
            rows.flatMap { row in (0..<width).map { read(row[min($0, row.count - 1)]) } }
        }
        let sums = rows.flatMap { row -> [Double] in
            var sum = 0.0
            let ends = row.map { outcome -> Double in
                sum += outcome.probability
                return sum
            }
            return (0..<width).map { $0 < row.count - 1 ? ends[$0] : 1 }
        }
        self.width = width
        actionCount = habit[0].count
        logHabit = Tensor(habit.flatMap { $0 }, shape: [habit.count, actionCount]).log()
        cumulated = Tensor(sums, shape: [rows.count, width])
        next = Tensor(
            rows.flatMap { row in
                (0..<width).map { row[min($0, row.count - 1)].next }
            })
        logOptimality = Tensor(table(\.logOptimality))
        let ends = table(\.continuation)
        continuation = ends.allSatisfy { $0 == 1 } ? nil : Tensor(ends)
        self.information = Tensor(
            information?.flatMap { $0 } ?? [Double](repeating: 0, count: rows.count))
        self.values = values.map { Tensor($0) }
    }

    func habit(at states: Tensor) -> Categorical {
        Categorical(logits: logHabit.indexSelect(axis: 0, states))
    }

    func imagine(
        _ states: Tensor, doing actions: Tensor, measuringInformation measures: Bool,
        using generator: inout Generator
    ) throws -> Imagined {
        let rows = states * Double(actionCount) + actions
        let draws = Tensor.uniform([states.shape[0], 1], type: .float64, using: &generator)
        let outcome = (cumulated.indexSelect(axis: 0, rows) .<= draws).sum(axis: 1)
        let entry = rows * Double(width) + outcome
        return Imagined(
            states: next.indexSelect(axis: 0, entry),
            logOptimality: logOptimality.indexSelect(axis: 0, entry),
            continuation: continuation?.indexSelect(axis: 0, entry),
            information: measures ? information.indexSelect(axis: 0, rows) : nil)
    }

    func value(of states: Tensor) -> Tensor? { values?.indexSelect(axis: 0, states) }
}

extension TabularImagination {
    /// The agent of the golden instance imagines in its own model: states z, log p(O | r) = r − 1.
    init(agent: GenerativeAgentTables) {
        let model = agent.model
        let (states, actions) = (0..<agent.stateCount, 0..<agent.actionCount)
        self.init(
            habit: states.map { z in actions.map { agent.habit(z, $0) } },
            outcomes: states.map { z in
                actions.map { a in
                    (0..<model.arrivalCount).flatMap { arrival in
                        model.joint(z, a, arrival).enumerated().map {
                            Outcome(
                                probability: $1, next: $0,
                                logOptimality: Double(arrival % model.rewardCount) - 1)
                        }
                    }
                }
            },
            information: states.map { z in
                actions.map { model.mutualInformation(from: z, action: $0, about: .both) }
            })
    }

    /// The golden instance's environment as a simulator, in which the agent filters: a state is
    /// s · Z + z, an outcome the next s, what it emits, and the agent's z by its own filter.
    init(environment: EmittingProcess, agent: GenerativeAgentTables) {
        let (z, actions) = (agent.stateCount, 0..<agent.actionCount)
        let pairs = (0..<environment.stateCount * z).map { ($0 / z, $0 % z) }
        self.init(
            habit: pairs.map { pair in actions.map { agent.habit(pair.1, $0) } },
            outcomes: pairs.map { pair in
                actions.map { action in
                    (0..<environment.arrivalCount).flatMap { arrival -> [Outcome] in
                        let truth = environment.joint(pair.0, action, arrival)
                        let belief = agent.model.joint(pair.1, action, arrival)
                        let total = belief.reduce(0, +)
                        return truth.enumerated().flatMap { s, chance in
                            belief.enumerated().map { next, weight in
                                Outcome(
                                    probability: chance * weight / total, next: s * z + next,
                                    logOptimality: Double(arrival % environment.rewardCount) - 1)
                            }
                        }
                    }
                }
            })
    }
}
