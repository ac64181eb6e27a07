import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// Variational intrinsic control with explicit options (Gregor, Rezende and Wierstra 2016, arXiv
/// 1611.07507), with tables.
///
/// An option o ~ p(o | s_0) is followed until it stops in s_f. A reverse model q(o | s_0, s_f) is
/// fitted to where options end, and each option is rewarded, at its end alone, with
///
///     r = log q(o | s_0, s_f) − log p(o | s_0)
///
/// whose mean is a bound on I(o; s_f | s_0) from below, and so on the empowerment of s_0.
///
/// An agent draws an option with `chooseOption`, asks `act` in each state until it answers nil or the
/// episode is over, and hands the whole episode to `learn`.
public struct VariationalIntrinsicControl: Codable, Equatable, Sendable {
    /// How the options' policies learn.
    public enum PolicyRule: Codable, Equatable, Sendable {
        /// Q-learning over each episode from its end, without a discount; while exploring, a random
        /// choice with the given probability, else the best one.
        case qLearning(rate: Double, exploration: Double)
        /// The score of softmax policies times r − V(s_0).
        case reinforce(rate: Double)
    }

    /// What may be chosen.
    public struct Settings: Codable, Equatable, Sendable {
        /// The number of options; twice the number of states within reach is a good one.
        public var options: Int
        /// The most actions of an option.
        public var horizon: Int
        /// Whether stopping is one of the choices in each state; else options make all their steps.
        public var stops: Bool
        /// The step size of the logits of p(o | s_0), by their score times r − V(s_0); 0 keeps it
        /// uniform. A small one, such as 0.02, lets options that duplicate others go.
        public var optionRate: Double
        /// How the reverse model learns.
        public var reverseModel: EndReverseModel.Rule
        /// How policies learn.
        public var policy: PolicyRule
        /// The share of the way that V(s_0) goes to each r, in 0…1.
        public var baselineRate: Double

        /// Settings with those parts that are given.
        public init(
            options: Int, horizon: Int, stops: Bool = false, optionRate: Double = 0,
            reverseModel: EndReverseModel.Rule = .gradient(rate: 0.3),
            policy: PolicyRule = .qLearning(rate: 0.3, exploration: 0.05),
            baselineRate: Double = 0.05
        ) {
            self.options = options
            self.horizon = horizon
            self.stops = stops
            self.optionRate = optionRate
            self.reverseModel = reverseModel
            self.policy = policy
            self.baselineRate = baselineRate
        }

        var isValid: Bool {
            let isPolicyValid =
                switch policy {
                case .qLearning(let rate, let exploration):
                    (0...1).contains(rate) && (0...1).contains(exploration)
                case .reinforce(let rate): rate >= 0 && rate.isFinite
                }
            return options >= 1 && horizon >= 1 && optionRate >= 0 && optionRate.isFinite
                && isPolicyValid && (0...1).contains(baselineRate)
        }
    }

    /// What was chosen.
    public let settings: Settings
    /// The number of states.
    public let states: Int
    /// The number of actions, all available in every state.
    public let actions: Int
    /// q(o | s_0, s_f).
    public internal(set) var reverseModel: EndReverseModel
    /// Q or logits of each choice, `[options, states, choices]`.
    var choiceValues: [Double]
    /// Logits of p(o | s_0), `[states][options]`, empty where no option began.
    var optionLogits: [[Double]]
    /// V(s_0), `[states]`.
    var baseline: [Double]

    /// A learner that has seen nothing.
    ///
    /// - Parameters:
    ///   - states: the number of states, at least 1.
    ///   - actions: the number of actions, at least 1.
    ///   - settings: what may be chosen.
    public init(states: Int, actions: Int, settings: Settings) {
        if states < 1 || actions < 1 || !settings.isValid {
            fail("VariationalIntrinsicControl", "\(states) states, \(actions) actions, \(settings)")
        }
        self.settings = settings
        self.states = states
        self.actions = actions
        reverseModel = EndReverseModel(
            options: settings.options, states: states, rule: settings.reverseModel)
        let choices = actions + (settings.stops ? 1 : 0)
        choiceValues = Array(repeating: 0, count: settings.options * states * choices)
        optionLogits = Array(repeating: [], count: states)
        baseline = Array(repeating: 0, count: states)
    }

    /// Actions, and stopping where it is one of the choices.
    var choices: Int { actions + (settings.stops ? 1 : 0) }

    func offset(_ option: Int, _ state: Int) -> Int {
        if !(0..<settings.options).contains(option) || !(0..<states).contains(state) {
            fail(
                "VariationalIntrinsicControl",
                "option \(option) of \(settings.options) in state \(state) of \(states)")
        }
        return (option * states + state) * choices
    }

    /// p(o | s_0), `[options]`.
    public func optionLaw(from start: Int) -> [Double] {
        var law = optionLogits[start]
        if law.isEmpty {
            return Array(repeating: 1 / Double(settings.options), count: settings.options)
        }
        normalizeLogWeights(&law)
        return law
    }

    /// V(s_0), the running mean of r: what options are held to control from a start, in nats; 0 where
    /// none began.
    public func empowerment(of start: Int) -> Double { baseline[start] }

    /// Draws an option to follow from a state.
    public func chooseOption(from start: Int, using generator: inout Generator) -> Int {
        generator.categorical(optionLaw(from: start))
    }

    /// Draws what an option does in a state: an action, or nil for stopping.
    ///
    /// - Parameters:
    ///   - option: o.
    ///   - state: s.
    ///   - explores: whether Q-learning may take a random choice.
    ///   - generator: where the draw comes from.
    public func act(
        option: Int, state: Int, explores: Bool = true, using generator: inout Generator
    ) -> Int? {
        let choice = generator.categorical(
            choiceLaw(option: option, state: state, explores: explores))
        return choice == actions ? nil : choice
    }

    /// π(· | s, o), `[choices]`.
    func choiceLaw(option: Int, state: Int, explores: Bool) -> [Double] {
        let offset = offset(option, state)
        var values = Array(choiceValues[offset..<offset + choices])
        guard case .qLearning(_, let exploration) = settings.policy else {
            normalizeLogWeights(&values)
            return values
        }
        let largest = values.max()!
        let best = values.reduce(0) { $0 + ($1 == largest ? 1 : 0) }
        let share = explores ? exploration : 0
        return values.map {
            share / Double(choices) + ($0 == largest ? (1 - share) / Double(best) : 0)
        }
    }

    /// What an option does, as a policy over the pairs of a model of the same task.
    ///
    /// - Parameters:
    ///   - option: o.
    ///   - pairs: those of the model; no action may be missing but in terminal states.
    ///   - explores: whether Q-learning may take random choices.
    public func policy(
        of option: Int, pairs: StateActionPairs, explores: Bool = false
    ) -> StoppingPolicy {
        if pairs.states != states || pairs.actions != actions {
            fail(
                "VariationalIntrinsicControl.policy",
                "\(pairs.states) states and \(pairs.actions) actions, not \(states) and "
                    + "\(actions)")
        }
        var result = StoppingPolicy(
            actions: Array(repeating: 0, count: pairs.count),
            stopping: Array(repeating: 0, count: states))
        for state in 0..<states where !pairs.isTerminal(state) {
            let law = choiceLaw(option: option, state: state, explores: explores)
            if pairs.range(of: state).count != actions {
                fail("VariationalIntrinsicControl.policy", "state \(state) lacks actions")
            }
            for pair in pairs.range(of: state) {
                result.actions[pair] = law[Int(pairs.actionOf[pair])]
            }
            result.stopping[state] = settings.stops ? law[actions] : 0
        }
        return result
    }
}
