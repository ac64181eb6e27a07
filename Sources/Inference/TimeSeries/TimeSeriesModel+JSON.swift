import OptimistCore
import OptimistLinearAlgebra

extension TimeSeriesModel {
    /// A model from JSON: `{"transition": rows, "transitionNoise": rows, "emission": rows,
    /// "emissionNoise": rows, "initial": …, "states": [names], "values": {name: number}}`.
    ///
    /// An element is a number, a parameter's name, or `{"parameter": name, "scale": number,
    /// "constant": number}`. `initial` is `"diffuse"` (the default), `"stationary"`,
    /// `{"approximateDiffuse": variance, "burn": steps}`, `{"mean": numbers, "covariance": rows}`,
    /// or the same with `"time": 0` for a law one step earlier.
    ///
    /// - Throws: `SeriesError.model`, naming the key, or `LinearGaussianError`.
    public init(json: JSONValue) throws {
        guard case .object(let object) = json else {
            throw SeriesError.model(key: "whole", found: json.text(), expected: "an object")
        }
        let known = [
            "transition", "transitionNoise", "emission", "emissionNoise", "initial", "states",
            "values",
        ]
        if let stranger = object.keys.sorted().first(where: { !known.contains($0) }) {
            throw SeriesError.model(
                key: stranger, found: "given",
                expected: "one of \(known.joined(separator: ", "))")
        }
        let structure = try StructuredModel(
            initial: SeriesJSON.initial(object["initial"]),
            transition: SeriesJSON.rows(object, "transition"),
            transitionNoise: SeriesJSON.rows(object, "transitionNoise"),
            emission: SeriesJSON.rows(object, "emission"),
            emissionNoise: SeriesJSON.rows(object, "emissionNoise"))
        var values: [String: Double] = [:]
        if let given = object["values"] {
            guard case .object(let pairs) = given else {
                throw SeriesError.model(
                    key: "values", found: given.text(), expected: "an object of numbers")
            }
            for (name, value) in pairs {
                if !structure.parameterNames.contains(name) {
                    throw SeriesError.model(
                        key: "values.\(name)", found: "given", expected: "a parameter's name")
                }
                values[name] = try SeriesJSON.number(value, "values.\(name)")
            }
        }
        for (index, name) in structure.parameterNames.enumerated()
        where structure.isVariance[index] && !(values[name] ?? 1 > 0) {
            throw SeriesError.model(
                key: "values.\(name)", found: "\(values[name] ?? 0)",
                expected: "a positive variance")
        }
        let count = structure.transition.count
        var names = (0..<count).map { "state\($0 + 1)" }
        if let given = object["states"] {
            guard case .list(let list) = given, list.count == count else {
                throw SeriesError.model(
                    key: "states", found: given.text(), expected: "\(count) names")
            }
            names = try list.map {
                guard case .text(let name) = $0 else {
                    throw SeriesError.model(key: "states", found: $0.text(), expected: "a name")
                }
                return name
            }
        }
        self.init(structure: structure, stateNames: names, values: values)
        // Shapes are checked once, at the given values or at one.
        _ = try structure.model(values: structure.parameterNames.map { values[$0] ?? 1 })
    }
}

/// Reads the parts of a model in JSON.
private enum SeriesJSON {
    static func number(_ value: JSONValue, _ key: String) throws -> Double {
        guard case .number(let number) = value, number.isFinite else {
            throw SeriesError.model(key: key, found: value.text(), expected: "a number")
        }
        return number
    }

    static func list(_ value: JSONValue, _ key: String) throws -> [JSONValue] {
        guard case .list(let list) = value, !list.isEmpty else {
            throw SeriesError.model(key: key, found: value.text(), expected: "a list")
        }
        return list
    }

    static func rows(
        _ object: [String: JSONValue], _ key: String
    ) throws -> StructuredModel.Rows {
        guard let value = object[key] else {
            throw SeriesError.model(key: key, found: "missing", expected: "a list of rows")
        }
        return try list(value, key).enumerated().map { i, row in
            try list(row, "\(key)[\(i)]").enumerated().map { j, element in
                try entry(element, "\(key)[\(i)][\(j)]")
            }
        }
    }

    private static func entry(_ value: JSONValue, _ key: String) throws -> StructuredModel.Entry {
        switch value {
        case .number(let number): return .number(number)
        case .text(let name): return .parameter(name)
        case .object(let object):
            guard case .text(let name)? = object["parameter"] else {
                throw SeriesError.model(
                    key: key, found: value.text(), expected: "an object with a parameter")
            }
            return StructuredModel.Entry(
                constant: try object["constant"].map { try number($0, "\(key).constant") } ?? 0,
                parameter: name,
                scale: try object["scale"].map { try number($0, "\(key).scale") } ?? 1)
        default:
            throw SeriesError.model(
                key: key, found: value.text(), expected: "a number or a parameter's name")
        }
    }

    static func initial(_ value: JSONValue?) throws -> InitialState {
        let expected = "diffuse, stationary, or an object with a law"
        switch value {
        case nil, .text("diffuse")?: return .exactDiffuse
        case .text("stationary")?: return .stationary
        case .object(let object)?:
            if let variance = object["approximateDiffuse"] {
                let burn = try object["burn"].map { try number($0, "initial.burn") } ?? 0
                guard let steps = Int(exactly: burn) else {
                    throw SeriesError.model(
                        key: "initial.burn", found: "\(burn)", expected: "a whole number")
                }
                return .approximateDiffuse(
                    variance: try number(variance, "initial.approximateDiffuse"), burn: steps)
            }
            let law = try law(object, expected)
            return object["time"] == .number(0) ? .atTimeZero(law) : .predictive(law)
        case let other?:
            throw SeriesError.model(key: "initial", found: other.text(), expected: expected)
        }
    }

    private static func law(
        _ object: [String: JSONValue], _ expected: String
    ) throws -> GaussianMoments {
        guard let mean = object["mean"], let covariance = object["covariance"] else {
            throw SeriesError.model(
                key: "initial", found: JSONValue.object(object).text(), expected: expected)
        }
        let numbers = try list(mean, "initial.mean").map { try number($0, "initial.mean") }
        let rows = try list(covariance, "initial.covariance").map { row in
            try list(row, "initial.covariance").map { try number($0, "initial.covariance") }
        }
        if rows.count != numbers.count || rows.contains(where: { $0.count != numbers.count }) {
            throw SeriesError.model(
                key: "initial.covariance", found: "\(rows.count) rows",
                expected: "\(numbers.count) rows as long as the mean")
        }
        return GaussianMoments(mean: numbers, covariance: Matrix(rows))
    }
}
