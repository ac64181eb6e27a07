import OptimistCore
import OptimistLinearAlgebra

/// What arrives with each state of a model: p(x | s′, a) and the reward, as one law over arrivals.
struct ArrivalLaws {
    /// X.
    let observationCount: Int
    private let description: ModelDescription
    private let rewards: [Double]
    private let first: GenerativeEnvironment.FirstArrival
    private let rewardNumbers: [Double: Int]
    /// p(x | s′, a) as pairs of observation and probability, `[s′]` or `[a · states + s′]`.
    private let observations: [[(observation: Int, probability: Double)]]

    init(
        _ description: ModelDescription, _ rewards: [Double],
        _ first: GenerativeEnvironment.FirstArrival
    ) throws(SolvingError) {
        (self.description, self.rewards, self.first) = (description, rewards, first)
        rewardNumbers = Dictionary(
            uniqueKeysWithValues: rewards.enumerated().map { ($1, $0) })
        if let table = description.observations {
            if first.isShown && table.dependsOnAction {
                throw .notOffered(
                    "something is observed before the first action here, and the observations "
                        + "depend on the action: give them for states alone")
            }
            observationCount = table.count
            observations = try Self.rows(table, description.model)
        } else {
            let listed = description.model.states - description.addedStates.count
            let hasEnd = description.addedStates.contains { $0 == nil }
            observationCount = listed + (hasEnd ? 1 : 0)
            observations = (0..<description.model.states).map { state in
                let shown = state < listed ? state : description.addedStates[state - listed]
                return [(shown ?? listed, 1)]
            }
        }
    }

    private static func rows(
        _ table: ObservationTable, _ model: TabularModel
    ) throws(SolvingError) -> [[(observation: Int, probability: Double)]] {
        var rows: [[(observation: Int, probability: Double)]] = []
        for row in 0..<table.probabilities.rows {
            var entries: [(observation: Int, probability: Double)] = []
            table.probabilities.forEachInRow(row) { if $1 != 0 { entries.append(($0, $1)) } }
            let sum = entries.reduce(0) { $0 + $1.probability }
            let state = row % model.states
            if entries.isEmpty && model.pairs.isTerminal(state) {
                entries = (0..<table.count).map { ($0, 1 / Double(table.count)) }
            } else if !(abs(sum - 1) <= 1e-8) {
                throw .model(
                    .badObservationLaw(action: row / model.states, state: state, sum: sum))
            }
            rows.append(entries)
        }
        return rows
    }

    /// Adds p(x, r | s′, a) of a transition that brings a reward to a row of arrivals; where states
    /// bring rewards, theirs count instead.
    func add(
        _ next: Int, _ action: Int, _ reward: Double, to arrivals: inout [Double], at start: Int
    ) {
        let byAction = description.observations?.dependsOnAction ?? false
        let row = byAction ? action * description.model.states + next : next
        for (observation, probability) in observations[row] {
            let place = start + observation * rewards.count
            if let law = description.stateRewards?.laws[next] {
                for (index, share) in law.enumerated() {
                    arrivals[place + index] += probability * share
                }
            } else {
                // Where an action is not available 0 need not be a reward; it is never paid then.
                arrivals[place + (rewardNumbers[reward] ?? 0)] += probability
            }
        }
    }

    /// p(x, r | s₁), `[arrival]`.
    func firstLaw(_ state: Int) -> [Double] {
        var law = [Double](repeating: 0, count: observationCount * rewards.count)
        for (observation, probability) in first.isShown ? observations[state] : [(0, 1)] {
            let place = observation * rewards.count
            if first.isPaid, let shares = description.stateRewards?.laws[state] {
                for (index, share) in shares.enumerated() {
                    law[place + index] += probability * share
                }
            } else {
                law[place] += probability
            }
        }
        return law
    }
}
