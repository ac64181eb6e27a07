import OptimistCore

/// A task as sparse tables: the Markov decision process that it is, endings included.
///
/// The pair of state `s` and action `a` is number `s · actions + a`; its transitions are the
/// entries `offsets[pair]..<offsets[pair + 1]` of the four parallel lists. Rewards and terminations
/// belong to transitions, so that a task's `terminated` is kept as it is; `absorbing()` gives the
/// equivalent table in which an added state takes their place.
public struct TaskTable: Codable, Sendable, Equatable {
    /// One possible outcome of an action.
    public struct Transition: Codable, Sendable, Equatable {
        /// The state that follows.
        public var successor: Int
        /// How probable it is.
        public var probability: Double
        /// The reward that it brings.
        public var reward: Double
        /// Whether the task ends there.
        public var terminates: Bool

        /// An outcome with its parts.
        public init(
            to successor: Int, probability: Double = 1, reward: Double = 0,
            terminates: Bool = false
        ) {
            self.successor = successor
            self.probability = probability
            self.reward = reward
            self.terminates = terminates
        }
    }

    /// States.
    public let states: Int
    /// Actions, the same in every state.
    public let actions: Int
    /// Where each pair's transitions start; `states × actions + 1` numbers.
    public let offsets: [Int]
    /// The state that each transition leads to.
    public let successors: [Int]
    /// The probability of each transition; each pair's sum to 1.
    public let probabilities: [Double]
    /// The reward of each transition.
    public let rewards: [Double]
    /// Whether each transition ends the task.
    public let terminates: [Bool]
    /// The law of the first state.
    public let start: [Double]

    /// A table whose transitions are given pair by pair.
    ///
    /// Transitions of one pair that agree in successor, reward and termination are summed; those
    /// of probability 0 are left out; the others keep their order.
    ///
    /// - Parameters:
    ///   - start: the probability of each state at the start.
    ///   - actions: actions in every state.
    ///   - transitions: what may follow a state and an action; probabilities sum to 1.
    public init(
        start: [Double], actions: Int, transitions: (_ state: Int, _ action: Int) -> [Transition]
    ) {
        self.start = start
        self.actions = actions
        states = start.count
        TaskTable.requireLaw(start, "the start")
        if actions < 1 { fail("TaskTable", "\(actions) actions; there must be one or more") }
        var offsets = [0]
        var all: [Transition] = []
        for state in 0..<states {
            for action in 0..<actions {
                let merged = TaskTable.merge(transitions(state, action))
                TaskTable.requireLaw(
                    merged.map(\.probability), "state \(state), action \(action)")
                for transition in merged where !(0..<start.count).contains(transition.successor) {
                    fail(
                        "TaskTable",
                        "state \(state), action \(action) leads to \(transition.successor) of "
                            + "\(start.count) states")
                }
                all += merged
                offsets.append(all.count)
            }
        }
        self.offsets = offsets
        successors = all.map(\.successor)
        probabilities = all.map(\.probability)
        rewards = all.map(\.reward)
        terminates = all.map(\.terminates)
    }

    private static func merge(_ transitions: [Transition]) -> [Transition] {
        var merged: [Transition] = []
        for transition in transitions where transition.probability != 0 {
            let twin = merged.firstIndex {
                $0.successor == transition.successor && $0.reward == transition.reward
                    && $0.terminates == transition.terminates
            }
            if let twin {
                merged[twin].probability += transition.probability
            } else {
                merged.append(transition)
            }
        }
        return merged
    }

    private static func requireLaw(_ law: [Double], _ place: String) {
        if abs(law.reduce(0, +) - 1) > 1e-9 || law.contains(where: { !($0 >= 0) }) {
            fail("TaskTable", "the probabilities of \(place) are no law: \(law)")
        }
    }
}
