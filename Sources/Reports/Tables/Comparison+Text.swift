import OptimistCore

extension Comparison {
    /// The comparison for a terminal: aggregates, probabilities of improvement, warnings.
    public func text(width: Int? = nil) -> String {
        let percent = AxisFormat.count(bootstrap.confidence * 100)
        var text = aggregateTable.text(width: width)
        if !pairs.isEmpty { text += "\n" + pairTable.text(width: width) }
        text +=
            "\nIntervals: \(percent) % stratified bootstrap, \(bootstrap.resamples) resamples.\n"
        return text + warnings.map { "Warning: \($0).\n" }.joined()
    }

    private var aggregateTable: TextTable {
        var table = TextTable(
            [.words("algorithm"), .numbers("runs")]
                + aggregates.map { .numbers($0.description) })
        let places = aggregates.indices.map { index in
            NumberText.decimals(
                for: entries.flatMap { entry in
                    [entry.aggregates[index].low, entry.aggregates[index].high]
                })
        }
        for entry in entries {
            let cells = zip(entry.aggregates, places).map { NumberText.interval($0, decimals: $1) }
            table.append([entry.name, String(entry.fewestRuns)] + cells)
        }
        return table
    }

    private var pairTable: TextTable {
        var table = TextTable([.words("algorithm"), .words("over"), .numbers("P(better)")])
        for pair in pairs {
            table.append([
                pair.first, pair.second, NumberText.interval(pair.probability, decimals: 3),
            ])
        }
        return table
    }

    /// The comparison as JSON: `groups` with `name`, `runs`, an object for each aggregate and the
    /// profile; `pairs` with `first`, `second` and `probability`; `warnings`; `bootstrap`.
    public var json: JSONValue {
        .object([
            "groups": .list(entries.map(json(of:))),
            "pairs": .list(
                pairs.map { pair in
                    .object([
                        "first": .text(pair.first), "second": .text(pair.second),
                        "probability": Comparison.json(of: pair.probability),
                    ])
                }),
            "warnings": .list(warnings.map { .text($0.description) }),
            "bootstrap": .object([
                "resamples": .number(Double(bootstrap.resamples)),
                "confidence": .number(bootstrap.confidence),
            ]),
        ])
    }

    private func json(of entry: Entry) -> JSONValue {
        var object: [String: JSONValue] = [
            "name": .text(entry.name), "runs": .number(Double(entry.fewestRuns)),
            "profile": .object([
                "thresholds": .list(entry.profile.thresholds.map(JSONValue.number)),
                "shares": .list(entry.profile.shares.map(Comparison.json(of:))),
            ]),
        ]
        for (aggregate, interval) in zip(aggregates, entry.aggregates) {
            object[aggregate.key] = Comparison.json(of: interval)
        }
        return .object(object)
    }

    private static func json(of interval: Interval) -> JSONValue {
        .object([
            "estimate": .number(interval.estimate), "low": .number(interval.low),
            "high": .number(interval.high),
        ])
    }
}
