/// A named number in a record.
public struct Metric: Codable, Hashable, Sendable {
    /// The metric's name, lower camel case, with dots for groups.
    public var name: String
    /// Its value; not finite values are stored as null beside their name.
    public var value: Double

    /// A named number.
    public init(_ name: String, _ value: Double) {
        self.name = name
        self.value = value
    }
}

/// What an agent, or the run around it, reports at a step.
public struct Record: Sendable {
    /// What kind of event the record tells of.
    public enum Kind: String, Codable, Sendable {
        /// An episode of training ended.
        case episode
        /// The agent learned.
        case learning
        /// The agent was evaluated.
        case evaluation
        /// Something a person should know, such as an environment that is not deterministic.
        case notice
    }

    /// What happened.
    public var kind: Kind
    /// Numbers, in the order in which they should be shown.
    public var metrics: [Metric]
    /// The bound's terms where there are any: per-step means in nats.
    public var bound: Bound<Double>?
    /// A sentence, for notices.
    public var message: String?

    /// A record of the given kind.
    public init(
        _ kind: Kind, metrics: [Metric] = [], bound: Bound<Double>? = nil, message: String? = nil
    ) {
        self.kind = kind
        self.metrics = metrics
        self.bound = bound
        self.message = message
    }
}
