/// What a term of a bound must be able to do: a number, or a tensor of them.
public protocol BoundValue {
    /// The sum.
    static func + (left: Self, right: Self) -> Self
    /// The difference.
    static func - (left: Self, right: Self) -> Self
}

extension Double: BoundValue {}
extension Float: BoundValue {}

/// The variational bound on the log evidence of optimality, term by term, in nats:
///
///     L = reward + informationGain − stateConsistency − actionConsistency + extras
///
/// (Marino and Yue 2019; Levine 2018.) A term that an algorithm does not have is nil, which is not
/// the same as 0. The two consistencies are costs: positive when the posterior leaves the prior.
public struct Bound<Value: BoundValue> {
    /// E_q[rewardScale · (r − rewardOffset)].
    public var reward: Value?
    /// E_q[log p(x, r | z) − log p(x, r)], what the state tells of the observation.
    public var informationGain: Value?
    /// KL(q(z) ‖ p(z)), what it costs the state posterior to leave its prior.
    public var stateConsistency: Value?
    /// KL(q(a) ‖ p(a)), what it costs the action posterior to leave its prior.
    public var actionConsistency: Value?
    /// Terms that only some algorithms have, such as an options term; added to the total.
    public var extras: [Extra]
    /// What was summed or averaged, and how it was obtained.
    public var context: BoundContext

    /// A named term beyond the four.
    public struct Extra {
        /// The term's name, as it appears in records.
        public var name: String
        /// The term's value in nats, added to the total.
        public var value: Value

        /// A named extra term.
        public init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// A bound with the given terms; those left out are nil.
    public init(
        reward: Value? = nil, informationGain: Value? = nil, stateConsistency: Value? = nil,
        actionConsistency: Value? = nil, extras: [Extra] = [], context: BoundContext
    ) {
        self.reward = reward
        self.informationGain = informationGain
        self.stateConsistency = stateConsistency
        self.actionConsistency = actionConsistency
        self.extras = extras
        self.context = context
    }

    /// The sum of the terms that are there, each with its sign; nil if there is none.
    public var total: Value? {
        var gains = [reward, informationGain].compactMap { $0 } + extras.map(\.value)
        let costs = [stateConsistency, actionConsistency].compactMap { $0 }
        if gains.isEmpty {
            // A bound of costs alone: subtract from the first cost minus itself, Value has no zero.
            guard let first = costs.first else { return nil }
            gains = [first - first]
        }
        let gain = gains.dropFirst().reduce(gains[0], +)
        return costs.reduce(gain, -)
    }

    /// The terms that are there, with their names, in a fixed order.
    public var terms: [(name: String, value: Value)] {
        let named: [(BoundTerm, Value?)] = [
            (.reward, reward), (.informationGain, informationGain),
            (.stateConsistency, stateConsistency), (.actionConsistency, actionConsistency),
        ]
        return named.compactMap { term, value in value.map { (term.rawValue, $0) } }
            + extras.map { ($0.name, $0.value) }
    }

    /// The same bound with every term transformed, such as a tensor reduced to a number.
    public func map<Other>(_ transform: (Value) throws -> Other) rethrows -> Bound<Other> {
        Bound<Other>(
            reward: try reward.map(transform),
            informationGain: try informationGain.map(transform),
            stateConsistency: try stateConsistency.map(transform),
            actionConsistency: try actionConsistency.map(transform),
            extras: try extras.map { .init(name: $0.name, value: try transform($0.value)) },
            context: context)
    }
}

extension Bound: Sendable where Value: Sendable {}
extension Bound.Extra: Sendable where Value: Sendable {}
extension Bound: Equatable where Value: Equatable {}
extension Bound.Extra: Equatable where Value: Equatable {}

/// The four terms of every bound.
public enum BoundTerm: String, Codable, CaseIterable, Sendable {
    /// Scaled reward.
    case reward
    /// Information gain.
    case informationGain
    /// State consistency, a cost.
    case stateConsistency
    /// Action consistency, a cost.
    case actionConsistency
}
