import OptimistCore
import OptimistLinearAlgebra

/// What a model says about a table of numbers, in one shape for every model of a series.
public struct SeriesAnalysis: Sendable, Equatable {
    /// What the model is called.
    public let model: String
    /// The series.
    public let table: SeriesTable
    /// log p(x) in nats; positive values are normal for densities.
    public let logLikelihood: Double
    /// What the log likelihood is the logarithm of, in words.
    public let likelihoodMeaning: String
    /// k of the criteria: the fitted parameters. Flat initial states do not count.
    public let parameterCount: Int
    /// n of Schwarz's criterion: the observed numbers under a linear-Gaussian model, the rows with
    /// an observation under a hidden Markov model.
    public let observationCount: Int
    /// How the parameters were found; nil where nothing was fitted.
    public let method: TimeSeriesFit.Method?
    /// Whether fitting converged; true where nothing was fitted.
    public let converged: Bool
    /// The fitted parameters; empty where nothing was fitted.
    public let parameters: [ParameterEstimate]
    /// What is known of each state from the rows up to its own.
    public let filtered: StateEstimates
    /// How many of the first filtered laws a flat initial law leaves open.
    public let undeterminedCount: Int
    /// What is known of each state from all rows.
    public let smoothed: StateEstimates
    /// The most probable states of a hidden Markov model and the log of their joint probability
    /// with the series; else nil.
    public let path: StatePath?
    /// The steps after the series; nil where none was asked for.
    public let forecast: SeriesForecast?

    /// Akaike's and Schwarz's criteria.
    public var criteria: InformationCriteria {
        InformationCriteria(
            logLikelihood: logLikelihood, parameterCount: parameterCount,
            observationCount: observationCount)
    }

    /// Why a parameter may have no standard error.
    public static let noStandardError =
        "the parameter is at a bound, or the data do not determine it"

    /// The most numbers that an analysis keeps.
    public static let numberLimit = 1 << 28

    /// - Throws: `SeriesError.tooManyNumbers` where the rows of a table would not fit in memory.
    static func check(_ table: SeriesTable, numbersPerRow: Int, extraRows: Int) throws {
        let rows = table.values.rows + extraRows
        if rows > numberLimit / max(numbersPerRow, 1) {
            throw SeriesError.tooManyNumbers(
                file: table.file, rows: rows, numbersPerRow: numbersPerRow, limit: numberLimit)
        }
    }

    /// - Throws: `SeriesError.unsuited` where no parameter can be fitted to a column.
    static func checkSpread(_ table: SeriesTable) throws {
        for (index, column) in table.columns.enumerated() {
            let numbers = table.values.column(index).filter { !$0.isNaN }
            if numbers.contains(where: { abs($0) > 1e150 }) {
                throw SeriesError.unsuited(
                    file: table.file,
                    reason: "column \(column) has numbers above 1e150, whose squares are too large "
                        + "to compute with; give it another unit")
            }
            if let first = numbers.first, numbers.allSatisfy({ abs($0 - first) < 1e-150 }) {
                throw SeriesError.unsuited(
                    file: table.file,
                    reason: "column \(column) holds one number, \(JSONValue.text(first)), in every "
                        + "row; numbers that vary are expected")
            }
        }
    }
}

extension TimeSeriesModel {
    /// Fits the parameters to a table's series, then filters, smooths and forecasts it.
    ///
    /// - Parameters:
    ///   - table: the series, one column for each component that the model observes.
    ///   - name: what the model is called.
    ///   - method: how parameters are found; nil takes the given `values` as they are.
    ///   - forecast: how many steps to forecast.
    /// - Throws: `SeriesError`, naming the file.
    public func analyze(
        _ table: SeriesTable, name: String, method: TimeSeriesFit.Method?, forecast: Int = 0
    ) throws -> SeriesAnalysis {
        let (states, expected) = (structure.transition.count, structure.emission.count)
        if table.columns.count != expected {
            throw SeriesError.wrongColumns(
                file: table.file, columns: table.columns, expected: expected, model: name)
        }
        // Predicted, filtered and smoothed laws, and the covariances of neighboring states.
        try SeriesAnalysis.check(
            table, numbersPerRow: 6 * states * (states + 1), extraRows: forecast)
        let method = structure.parameterCount > 0 ? method : nil
        if method != nil {
            try SeriesAnalysis.checkSpread(table)
            let flat = structure.initial == .exactDiffuse ? states : 0
            let (count, needed) = (
                table.sequence.observedCount, structure.parameterCount + flat
            )
            if count < needed {
                throw SeriesError.unsuited(
                    file: table.file,
                    reason: "\(count) numbers cannot determine \(needed) unknowns of \(name), the "
                        + "parameters and flat initial states; give more rows")
            }
        }
        do {
            let fit = try fit(table.sequence, method: method, forecast: forecast)
            return analysis(fit, table, name, method)
        } catch let error as LinearGaussianError {
            throw SeriesError.unsuited(file: table.file, reason: "\(error)")
        } catch let error as LinearAlgebraError {
            throw SeriesError.unsuited(file: table.file, reason: "\(name) fails: \(error)")
        }
    }

    private func analysis(
        _ fit: TimeSeriesFit, _ table: SeriesTable, _ name: String,
        _ method: TimeSeriesFit.Method?
    ) -> SeriesAnalysis {
        let matrix = fit.model.emission[0]
        func estimates(_ laws: GaussianSequence) -> StateEstimates {
            StateEstimates(
                moments: SeriesMoments(names: stateNames, laws),
                signal: SeriesMoments(names: table.columns, laws, seenThrough: matrix))
        }
        let forecast = fit.forecast.map { ahead in
            let columns = table.columns.indices.map { fit.intervals(component: $0) }
            let (rows, count) = (ahead.observations.count, columns.count)
            return SeriesForecast(
                labels: table.labels(after: rows),
                observations: SeriesMoments(names: table.columns, ahead.observations),
                lower: Matrix(rows: rows, columns: count) { columns[$1][$0].lower },
                upper: Matrix(rows: rows, columns: count) { columns[$1][$0].upper },
                states: estimates(ahead.states))
        }
        return SeriesAnalysis(
            model: name, table: table, logLikelihood: fit.logLikelihood,
            likelihoodMeaning: likelihoodMeaning, parameterCount: fit.parameters.count,
            observationCount: table.sequence.observedCount, method: method,
            converged: fit.converged,
            parameters: structure.parameterNames.compactMap { name in
                fit.parameters[name].map {
                    ParameterEstimate(
                        name: name, value: $0.value, standardError: $0.standardError)
                }
            },
            filtered: estimates(fit.filtered), undeterminedCount: fit.undeterminedCount,
            smoothed: estimates(fit.smoothed), path: nil, forecast: forecast)
    }

    private var likelihoodMeaning: String {
        switch structure.initial {
        case .exactDiffuse:
            "exact diffuse: the integral of p(x | first state) over all first states, without a "
                + "factor 1/√(2π) for each flat state; flat states do not count as parameters"
        case .approximateDiffuse(_, let burn) where burn > 0:
            "approximately diffuse: the terms of the first \(burn) rows are dropped"
        default: "the density of all observed numbers"
        }
    }
}
