import OptimistCore
import OptimistInference
import OptimistLinearAlgebra

/// What `optimist filter` prints and writes: as JSON here, in other forms beside.
struct FilterResults {
    let analysis: SeriesAnalysis
    /// Whether the laws given the whole series are shown.
    let smooth: Bool

    init(_ analysis: SeriesAnalysis, smooth: Bool) {
        self.analysis = analysis
        self.smooth = smooth
    }

    var table: SeriesTable { analysis.table }

    /// The document; keys are those of the documentation.
    var json: JSONValue {
        let criteria = analysis.criteria
        var object: [String: JSONValue] = [
            "file": .text(table.file), "model": .text(analysis.model),
            "columns": .list(table.columns.map { .text($0) }),
            "labels": .list(table.labels.map { .text($0) }),
            "labelColumn": table.labelName.map { .text($0) } ?? .null,
            "rows": .number(Double(table.values.rows)),
            "observationCount": .number(Double(analysis.observationCount)),
            "logLikelihoodMeaning": .text(analysis.likelihoodMeaning),
            "parameterCount": .number(Double(analysis.parameterCount)),
            "method": analysis.method.map { .text($0.rawValue) } ?? .null,
            "converged": .truth(analysis.converged),
            "parameters": .object(
                Dictionary(
                    uniqueKeysWithValues: analysis.parameters.map { ($0.name, json(of: $0)) })),
            "filtered": json(of: analysis.filtered, leavingOut: analysis.undeterminedCount),
            "smoothed": smooth ? json(of: analysis.smoothed) : .null,
            "forecast": analysis.forecast.map { json(of: $0) } ?? .null,
        ]
        if !smooth { object["smoothedReason"] = .text("not asked for; give --smooth") }
        if analysis.forecast == nil {
            object["forecastReason"] = .text("not asked for; give --forecast K")
        }
        if let path = analysis.path {
            object["path"] = .list(path.states.map { .number(Double($0)) })
            object.merge(JSONValue.named("pathLogProbability", path.logProbability)) { $1 }
        }
        for (name, value) in [
            ("logLikelihood", analysis.logLikelihood), ("aic", criteria.aic),
            ("bic", criteria.bic),
        ] {
            object.merge(JSONValue.named(name, value)) { $1 }
        }
        return .object(object)
    }

    private func json(of parameter: ParameterEstimate) -> JSONValue {
        var object = JSONValue.named("value", parameter.value)
        if let error = parameter.standardError {
            object.merge(JSONValue.named("standardError", error)) { $1 }
        } else {
            object["standardError"] = .null
            object["standardErrorReason"] = .text(SeriesAnalysis.noStandardError)
        }
        return .object(object)
    }

    private func json(of estimates: StateEstimates, leavingOut count: Int = 0) -> JSONValue {
        var object: [String: JSONValue] = [
            "names": .list(estimates.moments.names.map { .text($0) }),
            "means": rows(estimates.moments.means),
            "variances": rows(estimates.moments.variances),
        ]
        if let probabilities = estimates.probabilities {
            object["probabilities"] = rows(probabilities)
        }
        if count > 0 {
            object["reason"] = .text(
                "the first \(count) rows do not determine the states, which have no law before")
        }
        return .object(object)
    }

    private func json(of forecast: SeriesForecast) -> JSONValue {
        .object([
            "labels": .list(forecast.labels.map { .text($0) }),
            "names": .list(forecast.observations.names.map { .text($0) }),
            "means": rows(forecast.observations.means),
            "variances": rows(forecast.observations.variances),
            "lower": rows(forecast.lower), "upper": rows(forecast.upper),
            "coverage": .number(SeriesForecast.coverage),
            "states": json(of: forecast.states),
        ])
    }

    /// A list for each row; numbers that are not finite become null.
    private func rows(_ matrix: Matrix) -> JSONValue {
        .list((0..<matrix.rows).map { .list(matrix.row($0).map { .number($0) }) })
    }
}
