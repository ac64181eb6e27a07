import OptimistCore
import OptimistLinearAlgebra

/// The model of a file as the environment of a generative agent: what arrives with each state is
/// an observation and one of the model's different rewards.
///
/// | the model has | the first arrival shows | and brings |
/// |---|---|---|
/// | rewards of transitions, no observations | the state | no reward |
/// | rewards of transitions, observations | nothing | no reward |
/// | `stateRewards`, no observations | the state | the state's reward |
/// | `stateRewards`, observations | an observation of the state | the state's reward |
///
/// An observation that shows nothing is number 0 with probability 1, for environment and agent.
/// Of twins that a reader added, the state that they stand for is shown. A terminal state stays; it
/// brings 0, or its own reward where states bring rewards.
public struct GenerativeEnvironment: Sendable, Equatable {
    /// The environment.
    public private(set) var process: EmittingProcess
    /// The different rewards, ascending, in reward units.
    public let rewards: [Double]
    /// Whether what arrives first shows anything, and whether it brings a reward.
    public let first: FirstArrival
    /// The model that it was made from.
    public let description: ModelDescription

    /// What arrives before the first action.
    public struct FirstArrival: Sendable, Equatable {
        /// Whether it shows anything.
        public let isShown: Bool
        /// Whether it brings a reward.
        public let isPaid: Bool
    }

    /// The environment of a description.
    ///
    /// - Throws: `SolvingError.memory` where the table of arrivals is too large, `.notOffered` where
    ///   the first observation is not defined, `.model` where a state shows no law.
    public init(_ description: ModelDescription) throws(SolvingError) {
        let isPaid = description.stateRewards != nil
        try self.init(
            description,
            first: FirstArrival(
                isShown: isPaid || description.observations == nil, isPaid: isPaid))
    }

    /// Another model of what arrives first in the same way.
    init(_ description: ModelDescription, first: FirstArrival) throws(SolvingError) {
        (self.description, self.first) = (description, first)
        rewards = Self.distinctRewards(of: description)
        let laws = try ArrivalLaws(description, rewards, first)
        let model = description.model
        let sizes = (model.states, model.actions, laws.observationCount, rewards.count)
        try FreeMemory.require(
            [sizes.0, sizes.1, sizes.0, sizes.2, sizes.3, 16],
            for: "a law of \(sizes.2) observations and \(sizes.3) rewards for each of "
                + "\(sizes.1) actions and \(sizes.0) states and successors")
        let tables = Self.tables(of: model, laws, width: sizes.2 * sizes.3)
        do {
            process = try EmittingProcess(
                sizes: sizes, initial: model.start,
                firstArrival: (0..<model.states).flatMap { laws.firstLaw($0) },
                transition: tables.transition, arrival: tables.arrival)
        } catch {
            fail("GenerativeEnvironment", "\(error)")
        }
    }

    /// p(s′ | s, a) and p(e | s, a, s′), densely; what is not available stays and brings nothing.
    private static func tables(
        of model: TabularModel, _ laws: ArrivalLaws, width: Int
    ) -> (transition: [Double], arrival: [Double]) {
        var transition = [Double](
            repeating: 0, count: model.states * model.actions * model.states)
        var arrival = [Double](repeating: 0, count: transition.count * width)
        for state in 0..<model.states {
            for action in 0..<model.actions {
                let first = (state * model.actions + action) * model.states
                func set(_ next: Int, _ probability: Double, _ reward: Double) {
                    transition[first + next] = probability
                    laws.add(next, action, reward, to: &arrival, at: (first + next) * width)
                }
                guard let pair = model.pairs.pair(state: state, action: action) else {
                    set(state, 1, 0)
                    continue
                }
                let entries = model.transitions
                for position in entries.starts[pair]..<entries.starts[pair + 1]
                where entries.values[position] > 0 {
                    set(
                        Int(entries.indices[position]), entries.values[position],
                        model.edgeRewards?[position] ?? model.rewards[pair])
                }
            }
        }
        return (transition, arrival)
    }

    /// The number of arrivals of a horizon, which counts rewards.
    public func arrivals(ofHorizon horizon: Int) -> Int { first.isPaid ? horizon : horizon + 1 }

    /// What an observation is called: its name, or its number.
    public func label(observation: Int) -> String {
        if let table = description.observations {
            return table.names?[observation] ?? "\(observation)"
        }
        let listed = description.model.states - description.addedStates.count
        return observation < listed ? description.model.label(state: observation) : "end"
    }

    /// What is wrong with an agent, in the names of the model.
    public func sentence(for error: GenerativeAgentError) -> String {
        guard case .impossibleArrival(let step, let observation, let reward) = error else {
            return error.description
        }
        let paid = step > 1 || first.isPaid
        return "at step \(step) the environment can show \(label(observation: observation))"
            + (paid ? " with the reward \(JSONValue.text(rewards[reward]))" : "")
            + ", to which the agent's model gives probability 0 after a state that it may have "
            + "inferred: give it a positive one"
    }

    /// The environment with a share of each law of transitions and arrivals replaced by the uniform
    /// one; what arrives first is left as it is where it shows nothing.
    func doubted(_ share: Double) -> EmittingProcess {
        let (states, actions) = (process.stateCount, process.actionCount)
        func mixed(_ law: [Double], of count: Int) -> [Double] {
            law.enumerated().map { index, value in
                // Rows of what never happens are zeros.
                let row = index / count * count
                let isEmpty = !law[row..<row + count].contains { $0 > 0 }
                return isEmpty ? 1 / Double(count) : (1 - share) * value + share / Double(count)
            }
        }
        do {
            return try EmittingProcess(
                sizes: (states, actions, process.observationCount, process.rewardCount),
                initial: process.initial,
                firstArrival: first.isShown
                    ? mixed(process.firstArrival, of: process.arrivalCount) : process.firstArrival,
                transition: mixed(process.transition, of: states),
                arrival: mixed(process.arrival, of: process.arrivalCount))
        } catch {
            fail("GenerativeEnvironment.doubted", "\(error)")
        }
    }

    /// Actions that are not available in states that are not terminal.
    var unavailable: [(state: Int, action: Int)] {
        let pairs = description.model.pairs
        return (0..<pairs.states).filter { !pairs.isTerminal($0) }.flatMap { state in
            (0..<pairs.actions).filter { pairs.pair(state: state, action: $0) == nil }
                .map { (state, $0) }
        }
    }

    private static func distinctRewards(of description: ModelDescription) -> [Double] {
        if let rewards = description.stateRewards { return rewards.values }
        let model = description.model
        var values: Set<Double> = []
        for pair in 0..<model.pairs.count {
            let row = model.transitions.starts[pair]..<model.transitions.starts[pair + 1]
            for position in row where model.transitions.values[position] > 0 {
                values.insert(model.edgeRewards?[position] ?? model.rewards[pair])
            }
        }
        if (0..<model.states).contains(where: model.pairs.isTerminal) { values.insert(0) }
        return values.sorted()
    }
}
