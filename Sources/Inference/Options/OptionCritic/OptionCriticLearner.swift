import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// The option-critic of tables (Bacon, Harb and Precup 2017, arXiv 1609.05140): options with
/// softmax actions and logistic terminations, called and returned from, and two critics learned on
/// the way.
///
/// It is the relative of the option bound without a reverse model, at plain returns. Two things
/// differ from the code that was released with the paper: the softmax score has its factor 1 /
/// temperature, and each update is for the state, option and action of its own transition, and for
/// the termination of the option that arrived. That code's temperature is 0.01, with no such
/// factor; the default here is 0.1.
public struct OptionCriticLearner: Sendable {
    /// The settings; the defaults are those of the paper's four rooms, but for the temperature.
    public struct Configuration: OptimistCore.Configuration {
        /// K.
        @Setting("The number of options.", 1...64) public var options = 4
        /// γ.
        @Setting("The discount of later rewards.", 0.0...0.9999) public var discount = 0.99
        /// Of Q(s, o) and Q_U(s, o, a).
        @Setting("The step size of the two critics.", 0.0...1) public var criticRate = 0.5
        /// Of the logits of actions.
        @Setting("The step size of the options' policies.", 0.0...1000)
        public var policyRate = 0.25
        /// Of the logits of terminations.
        @Setting("The step size of the terminations.", 0.0...1000) public var terminationRate = 0.25
        /// π(a | s, o) is the softmax of weights over it.
        @Setting("The temperature of the options' policies.", 1e-4...1e4)
        public var temperature = 0.1
        /// The policy over options is ε-greedy.
        @Setting("The share of random choices of options.", 0.0...1) public var epsilon = 0.01
        /// Whether Q(s, o) is subtracted in the score's weight.
        @Setting("Whether the critic of options is the baseline of actions.")
        public var usesBaseline = true
        /// ξ, in reward units.
        @Setting("Added to the advantage of going on with an option: longer options.", 0.0...1000)
        public var terminationRegularizer = 0.0
        /// η, in reward units.
        @Setting("What it costs to end an option; part of all values.", 0.0...1000)
        public var deliberationCost = 0.0
        /// The default settings.
        public init() {}
    }

    /// All that is learned.
    public struct Tables: Codable, Sendable, Equatable {
        /// Q(s, o), `[states, options]`.
        public var optionValues: [Double]
        /// Q_U(s, o, a), `[options][pairs]`.
        public var actionValues: [[Double]]
        /// The weights of π(a | s, o), before the temperature, `[options][pairs]`.
        public var policyWeights: [[Double]]
        /// The logits of β(s, o), `[states, options]`.
        public var terminationLogits: [Double]
    }

    /// One step with an option, and where it led.
    public struct Step: Sendable, Equatable {
        /// The state left.
        public var state: Int
        /// The option in force.
        public var option: Int
        /// The pair of the state and the action taken.
        public var pair: Int
        /// What it brought.
        public var reward: Double
        /// The state entered.
        public var next: Int
        /// Whether the task ended there.
        public var isTerminated: Bool

        /// A step with its parts.
        public init(
            state: Int, option: Int, pair: Int, reward: Double, next: Int, isTerminated: Bool
        ) {
            (self.state, self.option, self.pair) = (state, option, pair)
            (self.reward, self.next, self.isTerminated) = (reward, next, isTerminated)
        }
    }

    /// The settings.
    public let configuration: Configuration
    /// The states and actions.
    public let pairs: StateActionPairs
    /// What was learned so far.
    public var tables: Tables

    /// A learner that knows nothing: uniform actions, terminations of one half.
    public init(_ configuration: Configuration = .init(), pairs: StateActionPairs) {
        let options = configuration.options
        let perPair = Array(
            repeating: Array(repeating: 0.0, count: pairs.count), count: options)
        let perState = Array(repeating: 0.0, count: pairs.states * options)
        self.configuration = configuration
        self.pairs = pairs
        tables = Tables(
            optionValues: perState, actionValues: perPair, policyWeights: perPair,
            terminationLogits: perState)
    }

    /// β(s, o).
    public func termination(state: Int, option: Int) -> Double {
        1 / (1 + exp(-tables.terminationLogits[state * configuration.options + option]))
    }

    /// π(a | s, o) of the state's actions.
    public func law(state: Int, option: Int) -> [Double] {
        var law = pairs.range(of: state).map {
            tables.policyWeights[option][$0] / configuration.temperature
        }
        normalizeLogWeights(&law)
        return law
    }

    /// max Q(s, ·).
    public func value(state: Int) -> Double { tables.optionValues[options(state)].max()! }

    private func options(_ state: Int) -> Range<Int> {
        state * configuration.options..<(state + 1) * configuration.options
    }

    /// An option by the ε-greedy policy over options; of equals the first.
    public func selectOption(state: Int, using generator: inout Generator) -> Int {
        if generator.bernoulli(configuration.epsilon) {
            return generator.integer(below: configuration.options)
        }
        let range = options(state)
        var best = range.lowerBound
        for index in range where tables.optionValues[index] > tables.optionValues[best] {
            best = index
        }
        return best - range.lowerBound
    }

    /// A pair of the state and an action by the option's policy.
    public func selectPair(
        state: Int, option: Int, using generator: inout Generator
    ) -> Int {
        pairs.range(of: state).lowerBound
            + generator.categorical(law(state: state, option: option))
    }

    /// Learns from one step: both critics, then the option's policy, then its termination.
    public mutating func learn(_ step: Step) {
        let options = configuration.options
        let (here, arrival) = (
            step.state * options + step.option, step.next * options + step.option
        )
        let stop = termination(state: step.next, option: step.option)
        let best = value(state: step.next)
        let stay = tables.optionValues[arrival]
        let cost = configuration.deliberationCost
        let onward = step.isTerminated ? 0 : (1 - stop) * stay + stop * (best - cost)
        let target = step.reward + configuration.discount * onward
        let rate = configuration.criticRate
        tables.optionValues[here] += rate * (target - tables.optionValues[here])
        tables.actionValues[step.option][step.pair] +=
            rate * (target - tables.actionValues[step.option][step.pair])

        let baseline = configuration.usesBaseline ? tables.optionValues[here] : 0
        let advantage = tables.actionValues[step.option][step.pair] - baseline
        let scale = configuration.policyRate * advantage / configuration.temperature
        let law = law(state: step.state, option: step.option)
        for (pair, probability) in zip(pairs.range(of: step.state), law) {
            tables.policyWeights[step.option][pair] +=
                scale * ((pair == step.pair ? 1 : 0) - probability)
        }
        if step.isTerminated { return }
        let staying = stay - best + configuration.terminationRegularizer + cost
        tables.terminationLogits[arrival] -=
            configuration.terminationRate * stop * (1 - stop) * staying
    }
}
