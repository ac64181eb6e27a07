import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// Variational intrinsic control whose options are the action sequences themselves (the implicit
/// form of Gregor, Rezende and Wierstra 2016, arXiv 1611.07507), with tables.
///
/// A policy π_t(a | s) acts for a number of steps, a reverse model q_t(a | s, s_f) tells its actions
/// from where it ended, and the episode is rewarded with
///
///     r = Σ_t log q_t(a_t | s_t, s_f) − log π_t(a_t | s_t)
///
/// Where transitions are certain, the largest mean of r is the information between sequences and
/// ends. Where they are not, r is biased: see `TrajectoryInformation`. The explicit form is not.
public struct ImplicitIntrinsicControl: Codable, Equatable, Sendable {
    /// What may be chosen.
    public struct Settings: Codable, Equatable, Sendable {
        /// The number of steps.
        public var horizon: Int
        /// The step size of the policy's logits, by their score times r − V(s_0).
        public var policyRate: Double
        /// How the reverse model learns.
        public var reverseModel: EndReverseModel.Rule
        /// The share of the way that V(s_0) goes to each r, in 0…1.
        public var baselineRate: Double

        /// Settings with those parts that are given.
        public init(
            horizon: Int, policyRate: Double = 0.02,
            reverseModel: EndReverseModel.Rule = .gradient(rate: 0.05), baselineRate: Double = 0.02
        ) {
            self.horizon = horizon
            self.policyRate = policyRate
            self.reverseModel = reverseModel
            self.baselineRate = baselineRate
        }

        var isValid: Bool {
            horizon >= 1 && policyRate >= 0 && policyRate.isFinite
                && (0...1).contains(baselineRate)
        }
    }

    /// What was chosen.
    public let settings: Settings
    /// The number of states.
    public let states: Int
    /// The number of actions, all available in every state.
    public let actions: Int
    /// q_t(a | s, s_f), one model a step.
    private var reverseModels: [EndReverseModel]
    /// Logits of π_t(a | s), `[horizon, states, actions]`.
    private var logits: [Double]
    /// V(s_0), `[states]`.
    private var baseline: [Double]

    /// A learner that has seen nothing.
    ///
    /// - Parameters:
    ///   - states: the number of states, at least 1.
    ///   - actions: the number of actions, at least 1.
    ///   - settings: what may be chosen.
    public init(states: Int, actions: Int, settings: Settings) {
        if states < 1 || actions < 1 || !settings.isValid {
            fail("ImplicitIntrinsicControl", "\(states) states, \(actions) actions, \(settings)")
        }
        self.settings = settings
        self.states = states
        self.actions = actions
        let model = EndReverseModel(options: actions, states: states, rule: settings.reverseModel)
        reverseModels = Array(repeating: model, count: settings.horizon)
        logits = Array(repeating: 0, count: settings.horizon * states * actions)
        baseline = Array(repeating: 0, count: states)
    }

    private func offset(_ step: Int, _ state: Int) -> Int {
        if !(0..<settings.horizon).contains(step) || !(0..<states).contains(state) {
            fail(
                "ImplicitIntrinsicControl",
                "step \(step) of \(settings.horizon) in state \(state) of \(states)")
        }
        return (step * states + state) * actions
    }

    /// π_t(· | s), `[actions]`.
    ///
    /// - Parameters:
    ///   - step: t, from 0.
    ///   - state: s.
    public func actionLaw(step: Int, state: Int) -> [Double] {
        let offset = offset(step, state)
        var law = Array(logits[offset..<offset + actions])
        normalizeLogWeights(&law)
        return law
    }

    /// Draws an action.
    public func act(step: Int, state: Int, using generator: inout Generator) -> Int {
        generator.categorical(actionLaw(step: step, state: state))
    }

    /// π_t(a | s) as a policy over the steps of a model of the same task, `[horizon][pairs]`.
    public func policy(pairs: StateActionPairs) -> [[Double]] {
        if pairs.states != states || pairs.actions != actions {
            fail(
                "ImplicitIntrinsicControl.policy",
                "\(pairs.states) states and \(pairs.actions) actions, not \(states) and "
                    + "\(actions)")
        }
        return (0..<settings.horizon).map { step in
            (0..<states).flatMap { state in
                let law = actionLaw(step: step, state: state)
                return pairs.range(of: state).map { law[Int(pairs.actionOf[$0])] }
            }
        }
    }

    /// Learns from an episode; returns its intrinsic reward in nats, as it was before.
    ///
    /// - Parameters:
    ///   - visited: s_0, …, s_f, one more than actions.
    ///   - taken: a_0, …, at most `horizon`.
    @discardableResult
    public mutating func learn(states visited: [Int], actions taken: [Int]) -> Double {
        guard let start = visited.first, let end = visited.last, (0..<states).contains(start),
            visited.count == taken.count + 1, taken.count <= settings.horizon,
            taken.allSatisfy({ (0..<actions).contains($0) })
        else {
            fail(
                "ImplicitIntrinsicControl.learn",
                "\(visited.count) states, actions \(taken) of \(actions)")
        }
        let laws = taken.indices.map { actionLaw(step: $0, state: visited[$0]) }
        var reward = 0.0
        for (step, action) in taken.enumerated() {
            reward +=
                reverseModels[step].logProbability(of: action, start: visited[step], end: end)
                - log(laws[step][action])
            reverseModels[step].learn(option: action, start: visited[step], end: end)
        }
        let advantage = reward - baseline[start]
        for (step, action) in taken.enumerated() {
            let offset = offset(step, visited[step])
            let change = settings.policyRate * advantage
            for index in 0..<actions { logits[offset + index] -= change * laws[step][index] }
            logits[offset + action] += change
        }
        baseline[start] += settings.baselineRate * advantage
        return reward
    }
}

extension ImplicitIntrinsicControl {
    private enum CodingKeys: String, CodingKey {
        case settings, states, actions, reverseModels, logits, baseline
    }

    /// Reads what was written.
    ///
    /// - Throws: `DecodingError` where the parts do not fit one another.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        settings = try container.decode(Settings.self, forKey: .settings)
        states = try container.decode(Int.self, forKey: .states)
        actions = try container.decode(Int.self, forKey: .actions)
        reverseModels = try container.decode([EndReverseModel].self, forKey: .reverseModels)
        logits = try container.decode([Double].self, forKey: .logits)
        baseline = try container.decode([Double].self, forKey: .baseline)
        let (states, actions) = (states, actions)
        let fits =
            settings.isValid && states > 0 && actions > 0 && baseline.count == states
            && TableShape.fits(logits.count, settings.horizon, states, actions)
            && reverseModels.count == settings.horizon
            && reverseModels.allSatisfy { $0.options == actions && $0.states == states }
        if !fits {
            throw DecodingError.dataCorruptedError(
                forKey: .logits, in: container,
                debugDescription: "the tables of intrinsic control do not fit \(states) states, "
                    + "\(actions) actions and \(settings.horizon) steps")
        }
    }
}
