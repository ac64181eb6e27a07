import OptimistCore
import OptimistEnvironments
import OptimistInference

/// A tabular model as a task of some steps: what is seen is the state, or the step and the state.
struct TableTask: Task {
    struct State: Codable, Sendable {
        var step = 0
        var state = 0
    }

    let name = "table"
    let observationSpace: Space
    let actionSpace: Space
    let timeLimit: Int? = nil
    let model: TabularModel
    let horizon: Int
    let showsStep: Bool

    init(_ model: TabularModel, horizon: Int, showsStep: Bool) {
        self.model = model
        self.horizon = horizon
        self.showsStep = showsStep
        observationSpace = .discrete(model.states * (showsStep ? horizon : 1))
        actionSpace = .discrete(model.actions)
    }

    func start(using generator: inout Generator) -> State {
        State(state: draw(model.start, using: &generator))
    }

    func advance(
        _ state: inout State, action: UnsafePointer<Float>, using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        let pair = model.pairs.range(of: state.state).lowerBound + Int(action[0])
        let range = model.transitions.starts[pair]..<model.transitions.starts[pair + 1]
        let next = draw(range.map { model.transitions.values[$0] }, using: &generator)
        state.state = Int(model.transitions.indices[range.lowerBound + next])
        state.step += 1
        return (model.rewards[pair], state.step == horizon)
    }

    func observe(_ state: State, into row: UnsafeMutablePointer<Float>) {
        row[0] = Float(number(state.step, state.state))
    }

    /// What is seen at a step in a state; what comes after the last step looks like the last.
    func number(_ step: Int, _ state: Int) -> Int {
        showsStep ? min(step, horizon - 1) * model.states + state : state
    }

    private func draw(_ law: [Double], using generator: inout Generator) -> Int {
        var rest = generator.uniform()
        for index in law.indices {
            rest -= law[index]
            if rest < 0 { return index }
        }
        return law.lastIndex { $0 > 0 }!
    }
}

extension TableTask {
    /// Three stochastic states with two actions.
    static func threeStates() throws -> TabularModel {
        try TabularModel(
            dense: [
                [[0.8, 0.2, 0], [0.1, 0.6, 0.3]], [[0.5, 0.4, 0.1], [0, 0.3, 0.7]],
                [[0.2, 0.2, 0.6], [0.6, 0, 0.4]],
            ], rewards: [[-1, -2], [-0.5, -1.5], [0, -0.3]], start: [1, 0, 0])
    }

    /// The same rewards, every move certain; the best of three steps from state 0 is -3.
    static func certainThreeStates() throws -> TabularModel {
        let next = [[0, 1], [0, 2], [2, 0]]
        return try TabularModel(
            dense: next.map { $0.map { to in (0..<3).map { $0 == to ? 1.0 : 0 } } },
            rewards: [[-1, -2], [-0.5, -1.5], [0, -0.3]], start: [1, 0, 0])
    }

    /// Logits of a stationary policy of the three states.
    static let logits = [0.5, -0.5, 0.2, -0.2, -0.4, 0.4]

    /// Action 0 leads to a state where one must be choosy, action 1 to one that pays a little less
    /// for sure.
    static func entropyTrap() throws -> TabularModel {
        try TabularModel(
            dense: [
                [[0, 1, 0], [0, 0, 1]], [[0, 1, 0], [0, 1, 0]], [[0, 0, 1], [0, 0, 1]],
            ], rewards: [[0, 0], [0, -10], [-0.3, -0.3]], start: [1, 0, 0])
    }
}
