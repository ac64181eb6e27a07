import OptimistCore
import OptimistInference

/// The model that `optimist filter` was asked for.
enum FilterModel {
    /// A model that ships with the program.
    case named(String, TimeSeriesModel)
    /// One from a file.
    case file(String, TimeSeriesModel)
    /// Hidden states.
    case hiddenMarkov(HiddenMarkovSeriesModel, seed: Int)

    /// The model of a word: a name, `hmm:K`, or a file that ends in `.json`.
    init(_ word: String, _ options: HiddenMarkovOptions) throws {
        switch word {
        case "local-level": self = .named(word, try .localLevel)
        case "local-linear-trend": self = .named(word, try .localLinearTrend)
        case "constant-velocity": self = .named(word, try .constantVelocity)
        case _ where word.hasPrefix("hmm:"):
            self = try .hiddenMarkov(FilterModel.states(word, options), seed: options.seed)
        case _ where word.hasSuffix(".json"):
            self = .file(word, try TimeSeriesModel(contentsOf: word))
        default:
            throw UsageError.notAllowed(
                option: "--model", value: word,
                allowed: "local-level, local-linear-trend, constant-velocity, hmm:K such as "
                    + "hmm:3, or a file that ends in .json")
        }
    }

    private static func states(
        _ word: String, _ options: HiddenMarkovOptions
    ) throws -> HiddenMarkovSeriesModel {
        let range = 1...64
        guard let count = Int(word.dropFirst(4)), range.contains(count) else {
            throw UsageError.outOfRange(
                option: "--model", value: word, allowed: "hmm:1 to hmm:\(range.upperBound)")
        }
        guard (1...1000).contains(options.restarts) else {
            throw UsageError.outOfRange(
                option: "--restarts", value: "\(options.restarts)", allowed: "1 to 1000")
        }
        var model = HiddenMarkovSeriesModel(states: count)
        model.covariance = options.covariance
        model.starts = options.restarts
        return model
    }

    /// How many columns it observes; nil for as many as there are.
    var columnCount: Int? {
        switch self {
        case .named(_, let model), .file(_, let model): model.structure.emission.count
        case .hiddenMarkov: nil
        }
    }

    /// What the model says about a table.
    func analyze(
        _ table: SeriesTable, fit: TimeSeriesFit.Method?, forecast: Int
    ) throws -> SeriesAnalysis {
        switch self {
        case .named(let name, let model):
            return try model.analyze(table, name: name, method: fit ?? .mle, forecast: forecast)
        case .file(let file, let model):
            let missing = model.structure.parameterNames.filter { model.values[$0] == nil }
            if fit == nil, !missing.isEmpty {
                throw SeriesError.model(
                    file: file, key: "values",
                    found: "without \(missing.joined(separator: ", "))",
                    expected: "a value for every parameter, or the option --fit,")
            }
            return try model.analyze(table, name: file, method: fit, forecast: forecast)
        case .hiddenMarkov(let model, let seed):
            var generator = Generator(seed: UInt64(bitPattern: Int64(seed)))
            return try model.analyze(
                table, method: fit ?? .em, forecast: forecast, using: &generator)
        }
    }
}
