import Foundation
import OptimistInference
import Testing

/// Models from listed outcomes, with ends and twins.
@Suite struct ModelOutcomeTests {
    /// One state; its action ends with reward 2 or 0, or stays with reward −1 or 1.
    private var gamble: [Outcome] {
        [
            Outcome(state: 0, action: 0, next: nil, probability: 0.25, reward: 2),
            Outcome(state: 0, action: 0, next: nil, probability: 0.25, reward: 0),
            Outcome(state: 0, action: 0, next: 0, probability: 0.125, reward: -1),
            Outcome(state: 0, action: 0, next: 0, probability: 0.25, reward: 1),
            Outcome(state: 0, action: 0, next: 0, probability: 0.125, reward: -1),
        ]
    }

    @Test func `rewards of one successor are kept apart`() throws {
        let description = try ModelDescription(
            states: 1, actions: 1, outcomes: gamble, start: [1])
        #expect(description.model.states == 4 && description.addedStates == [nil, nil, 0])
        var solver = ExactSolver()
        solver.horizon = 2
        solver.objective = .hard
        let solution = try solver.solve(
            description.model, addedStates: description.addedStates)
        // One step: log E exp r; two: those that stay once more.
        let ending: Double = 0.25 * exp(2.0) + 0.25
        let staying: Double = 0.25 * exp(-1.0) + 0.25 * exp(1.0)
        let once: Double = ending + staying
        let twice: Double = ending + staying * once
        #expect(abs(try #require(solution.logEvidence.value) - log(twice)) < 1e-14)
        let values = try #require(solution.values.value)
        #expect(values.map(\.count) == [1, 1])
        #expect(abs(values[1][0] - 0.5) < 1e-15 && abs(values[0][0] - 0.75) < 1e-15)
        // Half has come to an end that is not listed; the rest is in the state or its twin.
        #expect(solution.stateMarginals.value == [[1], [0.5]])
    }

    @Test func `an end is worth nothing for ever`() throws {
        let outcomes = [
            Outcome(state: 0, action: 0, next: 1, probability: 1, reward: 0),
            Outcome(state: 0, action: 1, next: nil, probability: 1, reward: 1),
            Outcome(state: 1, action: 0, next: nil, probability: 1, reward: 3),
            Outcome(state: 1, action: 1, next: 1, probability: 1, reward: 0),
        ]
        let description = try ModelDescription(
            states: 2, actions: 2, outcomes: outcomes, start: [1, 0])
        #expect(description.addedStates == [nil])
        var solver = ExactSolver()
        solver.discount = 0.5
        solver.objective = .hard
        let solution = try solver.solve(
            description.model, addedStates: description.addedStates)
        #expect(solution.values.value == [[1.5, 3]])
    }

    @Test func `what is no law is refused`() {
        var outcomes = gamble
        outcomes[0].probability = 0.5
        #expect(throws: TabularModelError.rowSum(state: "0", action: "0", sum: 1.25)) {
            try ModelDescription(states: 1, actions: 1, outcomes: outcomes, start: [1])
        }
        outcomes[0].next = 1
        #expect(throws: TabularModelError.self) {
            try ModelDescription(states: 1, actions: 1, outcomes: outcomes, start: [1])
        }
    }
}
