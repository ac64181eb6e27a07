import Foundation

extension ModelFile {
    /// Writes a model as JSON that `read` gives back exactly, a piece at a time.
    ///
    /// - Parameters:
    ///   - model: the model.
    ///   - observations: what is observed, if it is not the state.
    ///   - write: takes each piece.
    public static func write(
        _ model: TabularModel, observations: ObservationTable? = nil,
        _ write: (String) throws -> Void
    ) rethrows {
        let details = model.details
        try write("{\"states\": \(names(details.stateNames, model.states)),\n")
        try write("\"actions\": \(names(details.actionNames, model.actions)),\n")
        if let discount = details.discount { try write("\"discount\": \(discount),\n") }
        if let horizon = details.horizon { try write("\"horizon\": \(horizon),\n") }
        try write("\"start\": \(model.start),\n\"rewardFormat\": \"sparse\",\n")
        if let observations {
            try write("\"observationNames\": \(names(observations.names, observations.count)),\n")
            try write("\"observationFormat\": \"sparse\",\n\"observations\": [")
            var separator = "\n"
            for row in 0..<observations.probabilities.rows {
                let place =
                    observations.dependsOnAction
                    ? "\(row % model.states),\(row / model.states)" : "\(row)"
                try observations.probabilities.forEachInRow(row) {
                    try write("\(separator)[\(place),\($0),\($1)]")
                    separator = ",\n"
                }
            }
            try write("],\n")
        }
        try write("\"transitions\": [")
        try eachTransition(model) { place, position in
            try write("\(place),\(model.transitions.values[position])]")
        }
        try write("],\n\"rewards\": [")
        if let edges = model.edgeRewards {
            try eachTransition(model) { try write("\($0),\(edges[$1])]") }
        } else {
            var separator = "\n"
            for state in 0..<model.states {
                for pair in model.pairs.range(of: state) {
                    let action = model.pairs.actionOf[pair]
                    try write("\(separator)[\(state),\(action),\(model.rewards[pair])]")
                    separator = ",\n"
                }
            }
        }
        try write("]}\n")
    }

    private static func eachTransition(
        _ model: TabularModel, _ body: (_ place: String, _ position: Int) throws -> Void
    ) rethrows {
        var separator = "\n"
        for state in 0..<model.states {
            for pair in model.pairs.range(of: state) {
                let starts = model.transitions.starts
                for position in starts[pair]..<starts[pair + 1] {
                    let next = model.transitions.indices[position]
                    try body(
                        "\(separator)[\(state),\(model.pairs.actionOf[pair]),\(next)", position)
                    separator = ",\n"
                }
            }
        }
    }

    private static func names(_ names: [String]?, _ count: Int) -> String {
        guard let names, let data = try? JSONEncoder().encode(names) else { return "\(count)" }
        return String(decoding: data, as: UTF8.self)
    }
}
