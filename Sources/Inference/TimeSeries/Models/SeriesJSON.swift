import OptimistCore
import OptimistLinearAlgebra

/// Reads the parts of a model in JSON.
struct SeriesJSON {
    let file: String

    func error(_ key: String, found: String, expected: String) -> SeriesError {
        // A long value would hide what was expected.
        let found = found.count > 60 ? found.prefix(57) + "…" : found
        return .model(file: file, key: key, found: String(found), expected: expected)
    }

    /// An error of the model's shape or noise, as one of the file.
    func located(_ error: LinearGaussianError) -> SeriesError {
        func key(_ parameter: String) -> String {
            switch parameter {
            case "the initial mean": "initial.mean"
            case "the initial covariance": "initial.covariance"
            default: parameter
            }
        }
        return switch error {
        case .shape(let parameter, let found, let expected):
            self.error(key(parameter), found: found, expected: expected)
        case .noiseNotPositive(let parameter, _):
            self.error(
                key(parameter), found: "not symmetric and positive semi-definite",
                expected: "a covariance matrix")
        case .notFinite(let parameter, _):
            self.error(key(parameter), found: "not finite", expected: "finite numbers")
        default: .unsuited(file: file, reason: "\(error)")
        }
    }

    /// The rows of a covariance, which say the same on both sides of the diagonal.
    func noise(_ object: [String: JSONValue], _ key: String) throws -> StructuredModel.Rows {
        let rows = try rows(object, key)
        for (i, row) in rows.enumerated() {
            if row.count != rows.count {
                throw error(
                    "\(key)[\(i)]", found: "a row of \(row.count)",
                    expected: "one of \(rows.count), as there are rows,")
            }
            for j in 0..<i where row[j] != rows[j][i] {
                throw error(
                    "\(key)[\(i)][\(j)]", found: "not the same as \(key)[\(j)][\(i)]",
                    expected: "a symmetric matrix")
            }
        }
        return rows
    }

    func values(
        _ given: JSONValue?, of structure: StructuredModel
    ) throws -> [String: Double] {
        guard let given else { return [:] }
        guard case .object(let pairs) = given else {
            throw error("values", found: given.text(), expected: "an object of numbers")
        }
        var values: [String: Double] = [:]
        for (name, value) in pairs.sorted(by: { $0.key < $1.key }) {
            guard let index = structure.parameterNames.firstIndex(of: name) else {
                throw error(
                    "values.\(name)", found: "given",
                    expected: "one of the parameters "
                        + structure.parameterNames.joined(separator: ", "))
            }
            let number = try number(value, "values.\(name)")
            if structure.isVariance[index] && number <= 0 {
                throw error(
                    "values.\(name)", found: "\(number)", expected: "a positive variance")
            }
            values[name] = number
        }
        return values
    }

    func stateNames(_ given: JSONValue?, count: Int) throws -> [String] {
        guard let given else { return (0..<count).map { "state\($0 + 1)" } }
        guard case .list(let list) = given, list.count == count else {
            throw error("states", found: given.text(), expected: "a list of \(count) names")
        }
        return try list.map {
            guard case .text(let name) = $0 else {
                throw error("states", found: $0.text(), expected: "a list of names")
            }
            return name
        }
    }

    private func check(
        _ object: [String: JSONValue], has known: [String], _ key: String
    ) throws {
        if let stranger = object.keys.sorted().first(where: { !known.contains($0) }) {
            throw error(
                "\(key).\(stranger)", found: "given",
                expected: "one of \(known.joined(separator: ", "))")
        }
    }

    func number(_ value: JSONValue, _ key: String) throws -> Double {
        guard case .number(let number) = value, number.isFinite else {
            throw error(key, found: value.text(), expected: "a number")
        }
        return number
    }

    func list(_ value: JSONValue, _ key: String) throws -> [JSONValue] {
        guard case .list(let list) = value, !list.isEmpty else {
            throw error(key, found: value.text(), expected: "a list")
        }
        return list
    }

    func rows(
        _ object: [String: JSONValue], _ key: String
    ) throws -> StructuredModel.Rows {
        guard let value = object[key] else {
            throw error(key, found: "missing", expected: "a list of rows")
        }
        return try list(value, key).enumerated().map { i, row in
            try list(row, "\(key)[\(i)]").enumerated().map { j, element in
                try entry(element, "\(key)[\(i)][\(j)]")
            }
        }
    }

    private func entry(_ value: JSONValue, _ key: String) throws -> StructuredModel.Entry {
        switch value {
        case .number(let number): return .number(number)
        case .text(let name): return .parameter(name)
        case .object(let object):
            try check(object, has: ["parameter", "scale", "constant"], key)
            guard case .text(let name)? = object["parameter"] else {
                throw error(key, found: value.text(), expected: "an object with a parameter")
            }
            return StructuredModel.Entry(
                constant: try object["constant"].map { try number($0, "\(key).constant") } ?? 0,
                parameter: name,
                scale: try object["scale"].map { try number($0, "\(key).scale") } ?? 1)
        default:
            throw error(key, found: value.text(), expected: "a number or a parameter's name")
        }
    }

    func initial(_ value: JSONValue?) throws -> InitialState {
        let expected = "diffuse, stationary, or an object with a law"
        switch value {
        case nil, .text("diffuse")?: return .exactDiffuse
        case .text("stationary")?: return .stationary
        case .object(let object)?:
            if let variance = object["approximateDiffuse"] {
                try check(object, has: ["approximateDiffuse", "burn"], "initial")
                let burn = try object["burn"].map { try number($0, "initial.burn") } ?? 0
                guard let steps = Int(exactly: burn) else {
                    throw error("initial.burn", found: "\(burn)", expected: "a whole number")
                }
                return .approximateDiffuse(
                    variance: try number(variance, "initial.approximateDiffuse"), burn: steps)
            }
            try check(object, has: ["mean", "covariance", "time"], "initial")
            let law = try law(object, expected)
            guard let time = object["time"] else { return .predictive(law) }
            if time != .number(0) {
                throw error("initial.time", found: time.text(), expected: "0, or no such key,")
            }
            return .atTimeZero(law)
        case let other?:
            throw error("initial", found: other.text(), expected: expected)
        }
    }

    private func law(
        _ object: [String: JSONValue], _ expected: String
    ) throws -> GaussianMoments {
        guard let mean = object["mean"], let covariance = object["covariance"] else {
            throw error("initial", found: JSONValue.object(object).text(), expected: expected)
        }
        let numbers = try list(mean, "initial.mean").map { try number($0, "initial.mean") }
        let rows = try list(covariance, "initial.covariance").map { row in
            try list(row, "initial.covariance").map { try number($0, "initial.covariance") }
        }
        if rows.count != numbers.count || rows.contains(where: { $0.count != numbers.count }) {
            throw error(
                "initial.covariance", found: "\(rows.count) rows",
                expected: "\(numbers.count) rows as long as the mean")
        }
        return GaussianMoments(mean: numbers, covariance: Matrix(rows))
    }
}
