extension Bound: Codable where Value == Double {
    private enum Key: String, CodingKey {
        case reward, informationGain, stateConsistency, actionConsistency, total, extras
        case scope, source, standardErrors, discount, rewardScale, rewardOffset
    }

    /// Writes the stable keys of every record: a term that is absent, or not finite, is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        func put(_ value: Double?, _ key: Key) throws {
            try container.encode(value.flatMap { $0.isFinite ? $0 : nil }, forKey: key)
        }
        try put(reward, .reward)
        try put(informationGain, .informationGain)
        try put(stateConsistency, .stateConsistency)
        try put(actionConsistency, .actionConsistency)
        try put(total, .total)
        func finite(_ values: some Sequence<(String, Double)>) -> [String: Double?] {
            Dictionary(values.map { ($0, $1.isFinite ? $1 : nil) }, uniquingKeysWith: { $1 })
        }
        try container.encode(finite(extras.map { ($0.name, $0.value) }), forKey: .extras)
        try container.encode(context.scope, forKey: .scope)
        try container.encode(context.source, forKey: .source)
        try container.encode(
            finite(context.standardErrors.map { ($0, $1) }), forKey: .standardErrors)
        try container.encode(context.discount, forKey: .discount)
        try container.encode(context.rewardScale, forKey: .rewardScale)
        try container.encode(context.rewardOffset, forKey: .rewardOffset)
    }

    /// Reads what `encode` wrote; the total is computed again.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func get(_ key: Key) throws -> Double? {
            try container.decodeIfPresent(Double.self, forKey: key)
        }
        let extras = try container.decode([String: Double?].self, forKey: .extras)
        self.init(
            reward: try get(.reward), informationGain: try get(.informationGain),
            stateConsistency: try get(.stateConsistency),
            actionConsistency: try get(.actionConsistency),
            extras: extras.sorted { $0.key < $1.key }.map {
                Extra(name: $0.key, value: $0.value ?? .nan)
            },
            context: BoundContext(
                scope: try container.decode(BoundScope.self, forKey: .scope),
                source: try container.decode(BoundSource.self, forKey: .source),
                discount: try get(.discount) ?? 1, rewardScale: try get(.rewardScale) ?? 1,
                rewardOffset: try get(.rewardOffset) ?? 0,
                standardErrors: try container.decode(
                    [String: Double?].self, forKey: .standardErrors
                ).mapValues { $0 ?? .nan }))
    }
}

extension Bound where Value == Double {
    /// The name of the first term that is not finite, if any.
    public var firstNotFinite: String? { terms.first { !$0.value.isFinite }?.name }
}
