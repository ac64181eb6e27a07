import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension TimeSeriesModel {
    /// The most bytes of a model file that are read.
    public static let sizeLimit = 1 << 20

    /// A model from a file of JSON; see `init(json:file:)`.
    ///
    /// - Throws: `SeriesError`, naming the line or the key.
    public init(contentsOf path: String) throws {
        try self.init(SeriesFile.read(path, limit: TimeSeriesModel.sizeLimit), file: path)
    }

    /// A model from JSON; see `init(json:file:)`.
    ///
    /// - Throws: `SeriesError`, naming the line or the key.
    public init(_ data: Data, file: String) throws {
        let trouble = data.withUnsafeBytes { bytes -> ModelFileError? in
            var scanner = JSONScanner(bytes)
            do throws(ModelFileError) {
                try scanner.skip()
                return scanner.peek() == nil ? nil : scanner.unexpected("the end of the file")
            } catch {
                return error
            }
        }
        if let trouble { throw SeriesError.notJSON(file: file, reason: "\(trouble)") }
        let json: JSONValue
        do {
            json = try JSONDecoder().decode(JSONValue.self, from: data)
        } catch {
            throw SeriesError.notJSON(file: file, reason: "line 1: JSON in UTF-8 is expected")
        }
        try self.init(json: json, file: file)
    }

    /// A model from JSON: `{"transition": rows, "transitionNoise": rows, "emission": rows,
    /// "emissionNoise": rows, "initial": …, "states": [names], "values": {name: number}}`, and
    /// `name`, `description` and `$schema` for people.
    ///
    /// An element is a number, a parameter's name, or `{"parameter": name, "scale": number,
    /// "constant": number}`. `initial` is `"diffuse"` (the default), `"stationary"`,
    /// `{"approximateDiffuse": variance, "burn": steps}`, `{"mean": numbers, "covariance": rows}`,
    /// or the same with `"time": 0` for a law one step earlier.
    ///
    /// - Parameters:
    ///   - json: the file's content.
    ///   - file: its name, for messages.
    /// - Throws: `SeriesError.model`, naming the key.
    public init(json: JSONValue, file: String = "the model") throws {
        let parts = SeriesJSON(file: file)
        guard case .object(let object) = json else {
            throw parts.error("the whole", found: json.text(), expected: "an object")
        }
        let known = [
            "transition", "transitionNoise", "emission", "emissionNoise", "initial", "states",
            "values", "name", "description", "$schema",
        ]
        if let stranger = object.keys.sorted().first(where: { !known.contains($0) }) {
            throw parts.error(
                stranger, found: "given", expected: "one of \(known.joined(separator: ", "))")
        }
        do {
            let structure = try StructuredModel(
                initial: parts.initial(object["initial"]),
                transition: parts.rows(object, "transition"),
                transitionNoise: parts.noise(object, "transitionNoise"),
                emission: parts.rows(object, "emission"),
                emissionNoise: parts.noise(object, "emissionNoise"))
            let values = try parts.values(object["values"], of: structure)
            let names = try parts.stateNames(object["states"], count: structure.transition.count)
            self.init(structure: structure, stateNames: names, values: values)
            // Shapes are checked once, at the given values or at one.
            _ = try structure.model(values: structure.parameterNames.map { values[$0] ?? 1 })
        } catch let error as LinearGaussianError {
            throw parts.located(error)
        }
    }
}
