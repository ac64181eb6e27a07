/// What can be wrong with an exact generative agent or with what it is asked.
public enum GenerativeAgentError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A table has another number of entries than the sizes ask for.
    case wrongSize(table: String, count: Int, expected: Int)
    /// A row has a negative or missing entry (the sum is then not a number) or another sum than 1.
    case notALaw(table: String, row: Int, sum: Double)
    /// Environment and agent differ in what both must share.
    case mismatch(what: String, environment: Int, agent: Int)
    /// The agent's model gives no probability to what the environment shows: the information gain
    /// would be infinite.
    case impossibleArrival(step: Int, observation: Int, reward: Int)
    /// More beliefs can be reached than were allowed.
    case tooManyBeliefs(limit: Int, step: Int)
    /// A number outside its range.
    case outOfRange(name: String, value: Double, expected: String)

    /// What is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .wrongSize(let table, let count, let expected):
            "the table '\(table)' has \(count) entries where \(expected) are needed"
        case .notALaw(let table, let row, let sum):
            sum.isNaN
                ? "row \(row) of the table '\(table)' has a negative entry or one that is no number"
                : "row \(row) of the table '\(table)' sums to \(sum); probabilities must sum to 1"
        case .mismatch(let what, let environment, let agent):
            "the environment has \(environment) \(what) and the agent \(agent); they must agree"
        case .impossibleArrival(let step, let observation, let reward):
            "at step \(step) the environment can show observation \(observation) with reward "
                + "number \(reward), to which the agent's model gives probability 0: "
                + "give it a positive one"
        case .tooManyBeliefs(let limit, let step):
            "more than \(limit) beliefs can be reached by step \(step): shorten the horizon, or "
                + "allow more"
        case .outOfRange(let name, let value, let expected):
            "\(name) is \(value) and must be \(expected)"
        }
    }
}
