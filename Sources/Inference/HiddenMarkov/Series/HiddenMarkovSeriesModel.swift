import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// Hidden states of which each emits rows of a table from a normal law of its own, to be fitted.
public struct HiddenMarkovSeriesModel: Sendable, Equatable {
    /// What a state's law says of several columns.
    public enum Covariance: String, Sendable, CaseIterable {
        /// They are independent given the state.
        case diagonal
        /// They vary together.
        case full
    }

    /// K, the number of states.
    public let states: Int
    /// What a state's law says of several columns.
    public var covariance = Covariance.diagonal
    /// How many climbs from different starts; the best counts.
    public var starts = 10

    /// K states, independent columns, ten starts.
    public init(states: Int) {
        if states < 1 { fail("HiddenMarkovSeriesModel", "\(states) states") }
        self.states = states
    }

    /// Fits the model to a table's series, then filters, smooths, forecasts it, and finds the most
    /// probable path. States are numbered by the mean of the first column.
    ///
    /// Columns are brought to mean 0 and variance 1 for the fit, and the result back. After the
    /// climbs the best model is climbed on until the log likelihood rests, to 1e-9 an observation.
    ///
    /// - Parameters:
    ///   - table: the series.
    ///   - method: how parameters are found.
    ///   - forecast: how many steps to forecast.
    ///   - generator: draws the starts after the first.
    /// - Throws: `SeriesError`, naming the file.
    public func analyze(
        _ table: SeriesTable, method: TimeSeriesFit.Method = .em, forecast: Int = 0,
        using generator: inout Generator
    ) throws -> SeriesAnalysis {
        let perRow = 6 * states + 4 * table.columns.count
        try SeriesAnalysis.check(table, numbersPerRow: perRow, extraRows: forecast)
        do {
            switch covariance {
            case .diagonal:
                let fit = try HiddenMarkovSeriesFit<GaussianEmission>(
                    self, table, method, using: &generator)
                return try fit.analysis(forecast: forecast)
            case .full:
                let fit = try HiddenMarkovSeriesFit<MultivariateGaussianEmission>(
                    self, table, method, using: &generator)
                return try fit.analysis(forecast: forecast)
            }
        } catch let error as HiddenMarkovError {
            throw SeriesError.unsuited(file: table.file, reason: "\(error)")
        } catch let error as LinearAlgebraError {
            throw SeriesError.unsuited(file: table.file, reason: "hmm:\(states) fails: \(error)")
        }
    }
}
