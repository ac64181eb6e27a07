/// What is wrong with a partially observed model, or with what was asked of it.
public enum PartiallyObservedError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A table does not have the expected size.
    case wrongSize(table: String, count: Int, expected: Int)
    /// An observation law is not one within 1e-8.
    case badObservationLaw(action: Int, state: Int, sum: Double)
    /// A state that is not terminal lacks an action; a belief could not tell.
    case missingAction(state: Int, action: Int)
    /// The discount is not in 0..<1 where the horizon is infinite.
    case badDiscount(Double)
    /// An observation has probability zero after an action.
    case impossibleObservation(step: Int, action: Int, observation: Int)
    /// An observation came before any action.
    case observationBeforeAction
    /// The exact solver was asked for more than it is made for.
    case tooLarge(states: Int, horizon: Int, vectors: Int)
    /// More beliefs are reachable than allowed.
    case tooManyBeliefs(limit: Int)
    /// The iteration did not reach its tolerance.
    case notConverged(iterations: Int, change: Double)

    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .wrongSize(let table, let count, let expected):
            "\(table) has \(count) entries, but \(expected) were expected"
        case .badObservationLaw(let action, let state, let sum):
            "the observation law after action \(action) in state \(state) sums to \(sum) or has a "
                + "negative entry; it must be a law within 1e-8"
        case .missingAction(let state, let action):
            "state \(state) does not offer action \(action); in a partially observed model every "
                + "state that is not terminal must offer every action"
        case .badDiscount(let discount):
            "the discount is \(discount); an infinite horizon needs one of at least 0 and below 1"
        case .impossibleObservation(let step, let action, let observation):
            "observation \(observation) at step \(step) is impossible after action \(action); "
                + "check the data, or allow small probabilities in the model"
        case .observationBeforeAction:
            "an observation came before any action; predict with the action first"
        case .tooLarge(let states, let horizon, let vectors):
            "\(states) states, horizon \(horizon), \(vectors) vectors are too many for the exact "
                + "solver; use point-based value iteration"
        case .tooManyBeliefs(let limit):
            "more than \(limit) beliefs are reachable; raise the limit or the merging tolerance"
        case .notConverged(let iterations, let change):
            "no convergence after \(iterations) iterations, the last change was \(change); raise "
                + "the limit or the tolerance"
        }
    }
}
