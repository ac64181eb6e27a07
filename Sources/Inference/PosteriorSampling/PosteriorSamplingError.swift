/// Why a posterior over models could not be used.
public enum PosteriorSamplingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A reward that the posterior's likelihood rules out.
    case reward(Double, arm: Int, expected: String)
    /// A number that is not in its range.
    case outOfRange(name: String, value: Double, expected: String)
    /// There are more beliefs ahead than allowed.
    case tooManyBeliefs(limit: Int, horizon: Int)
    /// An episode ends in a state of the model, and the posterior knows no end.
    case unexpectedEnd(state: String)
    /// A model has another number of states or actions, or lacks an action somewhere.
    case model(String)
    /// A sampled model could not be solved.
    case planning(DynamicProgrammingError)

    /// What is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .reward(let value, let arm, let expected):
            "reward \(value) of arm \(arm): give \(expected)"
        case .outOfRange(let name, let value, let expected):
            "\(name) is \(value): give a number \(expected)"
        case .tooManyBeliefs(let limit, let horizon):
            "\(horizon) steps ahead there are more than \(limit) beliefs: shorten the horizon or "
                + "raise the limit of beliefs"
        case .unexpectedEnd(let state):
            "the model's state \(state) ends episodes, and the posterior was made without an end: "
                + "make it with hasEnd"
        case .model(let detail): detail
        case .planning(let error): "a sampled model cannot be solved: \(error)"
        }
    }
}
