import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct TabularModelTests {
    private func dense(
        _ laws: [[[Double]]], start: [Double] = [1, 0], rewards: [[Double]] = [[0], [0]],
        details: TabularModelDetails = .init()
    ) throws(TabularModelError) -> TabularModel {
        try TabularModel(dense: laws, rewards: rewards, start: start, details: details)
    }

    @Test func `lists and entries in any order make one model`() throws {
        let lists = try dense([[[0.25, 0.75]], [[1, 0]]], rewards: [[2], [-1]])
        let entries = try TabularModel(
            states: 2, actions: 1,
            entries: [
                Transition(state: 1, action: 0, next: 0, probability: 1, reward: -1),
                Transition(state: 0, action: 0, next: 1, probability: 0.5, reward: 2),
                Transition(state: 0, action: 0, next: 0, probability: 0.25, reward: 2),
                Transition(state: 0, action: 0, next: 1, probability: 0.25, reward: 2),
            ], start: [1, 0])
        #expect(lists == entries)
        #expect(entries.edgeRewards == nil)
        #expect(entries.transitions.count == 3)
    }

    @Test func `missing actions and terminal states have no pairs`() throws {
        let model = try TabularModel(
            dense: [[[0, 1], []], []], rewards: [[1, 0], []], start: [1, 0])
        #expect(model.pairs.count == 1)
        #expect(model.pairs.isTerminal(1) && !model.pairs.isTerminal(0))
        #expect(model.pairs.pair(state: 0, action: 1) == nil)
        #expect(model.pairs.table(model.rewards, unavailable: -9) == [[1, -9], [-9, -9]])
        #expect(model.pairs.values([[1, 5], [6, 7]]) == [1])
    }

    @Test func `rewards of transitions average to those of pairs`() throws {
        let model = try TabularModel(
            states: 2, actions: 1,
            entries: [
                Transition(state: 0, action: 0, next: 0, probability: 0.25, reward: 4),
                Transition(state: 0, action: 0, next: 1, probability: 0.75, reward: -2),
            ], start: [1, 0])
        #expect(model.edgeRewards == [4, -2])
        #expect(model.rewards == [-0.5])
    }

    @Test func `what is no law is refused with its place`() {
        let named = TabularModelDetails(stateNames: ["here", "there"], actionNames: ["go"])
        #expect(throws: TabularModelError.rowSum(state: "there", action: "go", sum: 0.5)) {
            try dense([[[1, 0]], [[0.5, 0]]], details: named)
        }
        let negative = TabularModelError.probability(
            state: "0", action: "0", next: "0", value: -0.5)
        #expect(throws: negative) { try dense([[[-0.5, 1.5]], [[1, 0]]]) }
        #expect(throws: TabularModelError.rowSum(state: "0", action: "0", sum: 0)) {
            try dense([[[0, 0]], [[1, 0]]])
        }
        #expect(throws: TabularModelError.startSum(0.9)) {
            try dense([[[1, 0]], [[1, 0]]], start: [0.9, 0])
        }
        #expect(throws: TabularModelError.startProbability(state: "1", value: -1)) {
            try dense([[[1, 0]], [[1, 0]]], start: [1, -1])
        }
        #expect(throws: TabularModelError.reward(state: "0", action: "0", value: .infinity)) {
            try dense([[[1, 0]], [[1, 0]]], rewards: [[.infinity], [0]])
        }
        #expect(throws: TabularModelError.discount(1.5)) {
            try dense([[[1, 0]], [[1, 0]]], details: .init(discount: 1.5))
        }
        #expect(throws: TabularModelError.horizon(0)) {
            try dense([[[1, 0]], [[1, 0]]], details: .init(horizon: 0))
        }
        #expect(throws: TabularModelError.stateCount(0)) {
            try TabularModel(dense: [], rewards: [], start: [])
        }
    }

    @Test func `an index outside its range is refused with its entry`() {
        let entries = [
            Transition(state: 0, action: 0, next: 0, probability: 1),
            Transition(state: 0, action: 3, next: 0, probability: 1),
        ]
        #expect(
            throws: TabularModelError.indexOutOfRange(
                what: "action", index: 3, count: 1, entry: "transition 2")
        ) { try TabularModel(states: 1, actions: 1, entries: entries, start: [1]) }
    }

    @Test func `numbers are not looked at when the caller vouches for them`() throws {
        let model = try TabularModel(
            dense: [[[0.5]]], rewards: [[0]], start: [1], validation: .skip)
        #expect(model.transitions.values == [0.5])
    }

    @Test func `a prior that is no law is refused`() throws {
        let model = try ModelFixtures.three()
        #expect(
            throws: ControlInferenceError.prior(.sum(state: 1, sum: 1.5))
        ) { try ControlInference(model, prior: .table([0.5, 0.5, 0.5, 1, 1, 0])) }
        #expect(
            throws: DynamicProgrammingError.actions(.count(found: 2, expected: 6))
        ) { try SoftDynamicProgramming(model, prior: .table([0.5, 0.5])) }
        #expect(
            throws: DynamicProgrammingError.actions(
                .probability(state: 0, action: 1, value: -0.5))
        ) { try SoftDynamicProgramming(model, prior: .table([1.5, -0.5, 1, 0, 1, 0])) }
    }

    @Test func `a computed model is the same as its table, and is checked as well`() throws {
        let table = try TabularModel(Walk(leak: 0))
        #expect(table.pairs.isTerminal(4))
        let computed = try ImplicitTransitions(Walk(leak: 0))
        #expect(computed.pairs == table.pairs)
        #expect(computed.rewards == table.rewards)
        #expect(throws: TabularModelError.rowSum(state: "0", action: "0", sum: 0.5)) {
            try ImplicitTransitions(Walk(leak: 0.5))
        }
    }

    /// Left or right with a chance to stay, until the right end.
    private struct Walk: ImplicitModel {
        let leak: Double
        let states = 5
        let actions = 2
        let start = [1.0, 0, 0, 0, 0]
        func isAvailable(_ action: Int, in state: Int) -> Bool { state < 4 }
        func successors(
            of state: Int, action: Int, _ visit: (Int, Double, Double) -> Void
        ) {
            let next = action == 0 ? max(state - 1, 0) : state + 1
            if next == state { return visit(state, 1 - leak, -1) }
            visit(min(next, state), next < state ? 0.75 : 0.25, -1)
            visit(max(next, state), next < state ? 0.25 : 0.75, -1)
        }
    }
}
