/// Why an empowerment could not be computed.
public enum EmpowermentError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A channel has no input or no output.
    case empty(inputs: Int, outputs: Int)
    /// A probability of a channel is negative or not a number.
    case probability(input: Int, output: Int, value: Double)
    /// The outputs of an input have probabilities that do not sum to one.
    case sum(input: Int, sum: Double)
    /// There are more action sequences than allowed.
    case tooManySequences(actions: Int, horizon: Int, limit: Int)
    /// A sequence takes an action in a state that does not have it.
    case unavailableAction(state: String, action: String)
    /// The iterations allowed left the capacity between these bounds.
    case notConverged(iterations: Int, lower: Double, upper: Double, tolerance: Double)

    /// What is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .empty(let inputs, let outputs):
            "a channel from \(inputs) inputs to \(outputs) outputs: give at least one of each"
        case .probability(let input, let output, let value):
            "probability \(value) of output \(output) given input \(input): give a number from "
                + "0 to 1"
        case .sum(let input, let sum):
            "the outputs of input \(input) have probabilities that sum to \(sum): they must sum "
                + "to 1"
        case .tooManySequences(let actions, let horizon, let limit):
            "\(horizon) steps of \(actions) actions make \(actions)^\(horizon) action sequences, "
                + "more than \(limit): shorten the horizon or raise the limit of sequences"
        case .unavailableAction(let state, let action):
            "action \(action) is not available in state \(state), which a sequence may reach: "
                + "sequences are fixed beforehand, so give every state that has actions all of "
                + "them (one that does nothing is a transition to the state itself)"
        case .notConverged(let iterations, let lower, let upper, let tolerance):
            "after \(iterations) iterations the capacity lies between \(lower) and \(upper) nats, "
                + "not within \(tolerance): allow more iterations or a larger tolerance"
        }
    }
}
