import Foundation
import OptimistCore

/// One option that was followed from its start to its end.
public struct OptionEpisode: Codable, Equatable, Sendable {
    /// o.
    public var option: Int
    /// s_0, …, s_f: one more than actions.
    public var states: [Int]
    /// What was done in each state but the last.
    public var actions: [Int]
    /// Whether the option chose to stop in the last state.
    public var stopped: Bool

    /// An option that begins.
    public init(option: Int, start: Int) {
        (self.option, states, actions, stopped) = (option, [start], [], false)
    }

    /// Adds an action and where it led.
    public mutating func append(action: Int, next: Int) {
        actions.append(action)
        states.append(next)
    }
}

extension VariationalIntrinsicControl {
    /// Learns from an option that is over; returns log q(o | s_0, s_f) − log p(o | s_0), in nats, as
    /// it was before.
    @discardableResult
    public mutating func learn(from episode: OptionEpisode) -> Double {
        guard let start = episode.states.first, let end = episode.states.last,
            episode.states.count == episode.actions.count + 1,
            settings.stops || !episode.stopped
        else {
            fail(
                "VariationalIntrinsicControl.learn",
                "\(episode.states.count) states, \(episode.actions.count) actions, stopped: "
                    + "\(episode.stopped)")
        }
        let law = optionLaw(from: start)
        let reward =
            reverseModel.logProbability(of: episode.option, start: start, end: end)
            - log(law[episode.option])
        let advantage = reward - baseline[start]
        reverseModel.learn(option: episode.option, start: start, end: end)
        switch settings.policy {
        case .qLearning(let rate, _): backUp(episode, reward, rate)
        case .reinforce(let rate): reinforce(episode, rate * advantage)
        }
        if settings.optionRate > 0 {
            if optionLogits[start].isEmpty {
                optionLogits[start] = Array(repeating: 0, count: settings.options)
            }
            let step = settings.optionRate * advantage
            for option in law.indices { optionLogits[start][option] -= step * law[option] }
            optionLogits[start][episode.option] += step
        }
        baseline[start] += settings.baselineRate * advantage
        return reward
    }

    /// Every choice of an episode, stopping included, with its state.
    private func choices(of episode: OptionEpisode) -> [(state: Int, choice: Int)] {
        var result = zip(episode.states, episode.actions).map { (state: $0, choice: $1) }
        if episode.stopped {
            result.append((state: episode.states[episode.states.count - 1], choice: actions))
        }
        for (_, choice) in result where !(0..<choices).contains(choice) {
            fail("VariationalIntrinsicControl.learn", "action \(choice) of \(actions)")
        }
        return result
    }

    /// Q-learning from the last choice to the first.
    private mutating func backUp(_ episode: OptionEpisode, _ reward: Double, _ rate: Double) {
        var target = reward
        for (state, choice) in choices(of: episode).reversed() {
            let offset = offset(episode.option, state)
            choiceValues[offset + choice] += rate * (target - choiceValues[offset + choice])
            target = choiceValues[offset..<offset + choices].max()!
        }
    }

    private mutating func reinforce(_ episode: OptionEpisode, _ step: Double) {
        let choices = choices(of: episode)
        let laws = choices.map {
            choiceLaw(option: episode.option, state: $0.state, explores: true)
        }
        for ((state, choice), law) in zip(choices, laws) {
            let offset = offset(episode.option, state)
            for index in law.indices { choiceValues[offset + index] -= step * law[index] }
            choiceValues[offset + choice] += step
        }
    }

    /// The channel from options to the states in which they end, exactly.
    ///
    /// - Parameters:
    ///   - model: the task; rewards play no part.
    ///   - start: s_0.
    ///   - explores: whether Q-learning may take random choices.
    /// - Throws: `EmpowermentError`.
    public func channel(
        in model: any TransitionModel, from start: Int, explores: Bool = false
    ) throws(EmpowermentError) -> DiscreteChannel {
        let policies = (0..<settings.options).map {
            policy(of: $0, pairs: model.pairs, explores: explores)
        }
        return try DiscreteChannel(
            options: policies, in: model, from: start, horizon: settings.horizon)
    }
}

extension VariationalIntrinsicControl {
    private enum CodingKeys: String, CodingKey {
        case settings, states, actions, reverseModel, choiceValues, optionLogits, baseline
    }

    /// Reads what was written.
    ///
    /// - Throws: `DecodingError` where the parts do not fit one another.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        settings = try container.decode(Settings.self, forKey: .settings)
        states = try container.decode(Int.self, forKey: .states)
        actions = try container.decode(Int.self, forKey: .actions)
        reverseModel = try container.decode(EndReverseModel.self, forKey: .reverseModel)
        choiceValues = try container.decode([Double].self, forKey: .choiceValues)
        optionLogits = try container.decode([[Double]].self, forKey: .optionLogits)
        baseline = try container.decode([Double].self, forKey: .baseline)
        let options = settings.options
        let fits =
            settings.isValid && states > 0 && actions > 0 && reverseModel.options == options
            && reverseModel.states == states && baseline.count == states
            && TableShape.fits(
                choiceValues.count, options, states, actions + (settings.stops ? 1 : 0))
            && optionLogits.count == states
            && optionLogits.allSatisfy { $0.isEmpty || $0.count == options }
        if !fits {
            throw DecodingError.dataCorruptedError(
                forKey: .choiceValues, in: container,
                debugDescription: "the tables of intrinsic control do not fit \(states) states, "
                    + "\(actions) actions and \(options) options")
        }
    }
}

/// Shapes of tables that were read from a file.
enum TableShape {
    /// Whether a number of elements is the product of its dimensions, which may be anything.
    static func fits(_ count: Int, _ dimensions: Int...) -> Bool {
        var product = 1
        for dimension in dimensions {
            let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
            if overflow || dimension < 0 { return false }
            product = next
        }
        return product == count
    }
}
