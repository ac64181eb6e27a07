import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// Empowerment learned from experience (Mohamed and Rezende 2015, arXiv 1509.08731), with tables.
///
/// A decoder q(a_1 … a_K | s, s′) is fitted to the sequences tried, and the source of sequences
/// h(· | s) ∝ exp g(s, ·) follows it: the squared distance of g(s, ·) = log h + Ψ(s) from
/// β log q(· | s, s′) is reduced for each sequence tried. Then Ψ(s) / β stands for the empowerment of
/// s. With expectations in place of samples it is max_h E_h[log q] + H(h) / β, for β = 1 a bound from
/// below, log Σ exp E[log q] ≤ E(s), and less for a larger β.
public struct VariationalEmpowerment: Codable, Equatable, Sendable {
    /// What may be chosen.
    public struct Settings: Codable, Equatable, Sendable {
        /// K, the number of steps.
        public var horizon: Int
        /// β; 1 gives the bound, more makes the source greedier.
        public var inverseTemperature: Double
        /// The share of the way that g goes to what was just seen, in 0…1.
        public var sourceRate: Double
        /// How the decoder learns.
        public var reverseModel: EndReverseModel.Rule
        /// The most sequences allowed.
        public var sequenceLimit: Int

        /// Settings with those parts that are given.
        public init(
            horizon: Int, inverseTemperature: Double = 1, sourceRate: Double = 0.02,
            reverseModel: EndReverseModel.Rule = .counts(prior: 0.1, forgetting: 0.001),
            sequenceLimit: Int = 10_000
        ) {
            self.horizon = horizon
            self.inverseTemperature = inverseTemperature
            self.sourceRate = sourceRate
            self.reverseModel = reverseModel
            self.sequenceLimit = sequenceLimit
        }

        var isValid: Bool {
            horizon >= 1 && inverseTemperature > 0 && inverseTemperature.isFinite
                && (0...1).contains(sourceRate) && sequenceLimit >= 1
        }
    }

    /// What was chosen.
    public let settings: Settings
    /// The number of actions, all available in every state.
    public let actions: Int
    /// q(a_1 … a_K | s, s′).
    public private(set) var reverseModel: EndReverseModel
    /// g(s, ·), `[states][sequences]`, empty where nothing was tried.
    private var scores: [[Double]]

    /// A learner that has seen nothing.
    ///
    /// - Parameters:
    ///   - states: the number of states, at least 1.
    ///   - actions: the number of actions, at least 1.
    ///   - settings: what may be chosen.
    /// - Throws: `EmpowermentError.tooManySequences`.
    public init(states: Int, actions: Int, settings: Settings) throws(EmpowermentError) {
        if states < 1 || actions < 1 || !settings.isValid {
            fail("VariationalEmpowerment", "\(states) states, \(actions) actions, \(settings)")
        }
        self.settings = settings
        self.actions = actions
        let sequences = try ActionSequences.count(
            actions: actions, horizon: settings.horizon, limit: settings.sequenceLimit)
        reverseModel = EndReverseModel(
            options: sequences, states: states, rule: settings.reverseModel)
        scores = Array(repeating: [], count: states)
    }

    /// |A|^K.
    public var sequences: Int { reverseModel.options }
    /// The number of states.
    public var states: Int { scores.count }

    /// h(· | s), `[sequences]`, in the order of `OpenLoopEmpowerment.actions(ofSequence:)`.
    public func source(from state: Int) -> [Double] {
        var weights = score(state)
        normalizeLogWeights(&weights)
        return weights
    }

    /// Ψ(s) / β, what is held to be the empowerment of a state, in nats; with β = 1 it is 0 where
    /// nothing was tried.
    public func empowerment(of state: Int) -> Double {
        logSumExp(score(state)) / settings.inverseTemperature
    }

    private func score(_ state: Int) -> [Double] {
        if !(0..<states).contains(state) {
            fail("VariationalEmpowerment", "state \(state) of \(states)")
        }
        if !scores[state].isEmpty { return scores[state] }
        let start = -settings.inverseTemperature * log(Double(sequences))
        return Array(repeating: start, count: sequences)
    }

    /// Draws a sequence of actions to try from a state, `[horizon]`.
    public func act(from state: Int, using generator: inout Generator) -> [Int] {
        ActionSequences.actions(
            of: generator.categorical(source(from: state)), actions: actions,
            horizon: settings.horizon)
    }

    /// Learns from a sequence that was tried to its end.
    ///
    /// - Parameters:
    ///   - start: s, where it began.
    ///   - sequence: a_1, …, a_K.
    ///   - end: s′, where it ended.
    public mutating func learn(start: Int, sequence: [Int], end: Int) {
        if sequence.count != settings.horizon
            || sequence.contains(where: { !(0..<actions).contains($0) })
        {
            fail("VariationalEmpowerment.learn", "the sequence \(sequence)")
        }
        let index = ActionSequences.index(of: sequence, actions: actions)
        // Before the decoder learns from the same sequence, which would flatter it.
        let target =
            settings.inverseTemperature
            * reverseModel.logProbability(of: index, start: start, end: end)
        reverseModel.learn(option: index, start: start, end: end)
        if scores[start].isEmpty { scores[start] = score(start) }
        scores[start][index] += settings.sourceRate * (target - scores[start][index])
    }
}

extension VariationalEmpowerment {
    private enum CodingKeys: String, CodingKey { case settings, actions, reverseModel, scores }

    /// Reads what was written.
    ///
    /// - Throws: `DecodingError` where the parts do not fit one another.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        settings = try container.decode(Settings.self, forKey: .settings)
        actions = try container.decode(Int.self, forKey: .actions)
        reverseModel = try container.decode(EndReverseModel.self, forKey: .reverseModel)
        scores = try container.decode([[Double]].self, forKey: .scores)
        let count = reverseModel.options
        var fits =
            actions > 0 && settings.isValid && scores.count == reverseModel.states
            && scores.allSatisfy { $0.isEmpty || $0.count == count }
        if fits {
            let sequences = try ActionSequences.count(
                actions: actions, horizon: settings.horizon, limit: settings.sequenceLimit)
            fits = sequences == count
        }
        if !fits {
            throw DecodingError.dataCorruptedError(
                forKey: .scores, in: container,
                debugDescription:
                    "the scores of sequences do not fit \(reverseModel.states) states "
                    + "and \(count) sequences")
        }
    }
}
