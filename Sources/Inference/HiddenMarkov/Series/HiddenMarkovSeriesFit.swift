import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// A hidden Markov model fitted to a table.
struct HiddenMarkovSeriesFit<Emission: SeriesEmission> {
    private let table: SeriesTable
    private let name: String
    private let method: TimeSeriesFit.Method
    /// The model in the table's units.
    private let model: HiddenMarkovModel<Emission>
    private let parameters: [ParameterEstimate]
    private let parameterCount: Int
    private let converged: Bool
    private let rows: [[Double]?]

    init(
        _ settings: HiddenMarkovSeriesModel, _ table: SeriesTable, _ method: TimeSeriesFit.Method,
        using generator: inout Generator
    ) throws {
        self.table = table
        self.method = method
        name = "hmm:\(settings.states)"
        rows = HiddenMarkovSeriesFit.rows(of: table.values)
        let count = rows.count { $0 != nil }
        if count < settings.states {
            throw SeriesError.unsuited(
                file: table.file,
                reason: "\(count) rows hold a number, fewer than the \(settings.states) states; "
                    + "use fewer states")
        }
        try SeriesAnalysis.checkSpread(table)
        let (shift, scale) = HiddenMarkovSeriesFit.units(of: table)
        let standard = Matrix(rows: table.values.rows, columns: table.columns.count) {
            (table.values[$0, $1] - shift[$1]) / scale[$1]
        }
        let run = HiddenMarkovSequence(HiddenMarkovSeriesFit.rows(of: standard))
        let start = try HiddenMarkovSeriesFit.start(settings.states, run)
        parameterCount = start.freeParameters().count
        var fitting = HiddenMarkovFitting()
        fitting.starts = settings.starts
        fitting.method = method == .em ? .expectationMaximization : .gradient
        let best = try start.fitted(to: [run], fitting, using: &generator)
        (fitting.starts, fitting.iterationLimit, fitting.tolerance) = (1, 5000, 1e-9)
        let polished = try best.model.fitted(to: [run], fitting, using: &generator)
        converged = polished.hasConverged
        let ordered = polished.model.reordered
        let moved = ordered.emission.moved(shift: shift, scale: scale)
        model = try HiddenMarkovModel(states: ordered.states, emission: moved.emission)
        parameters = ordered.estimates(of: run, in: model, moved.factors)
    }

    /// A missing number is NaN; a row without a number is nil.
    private static func rows(of values: Matrix) -> [[Double]?] {
        (0..<values.rows).map { step in
            let row = values.row(step)
            return row.allSatisfy(\.isNaN) ? nil : row
        }
    }

    /// The mean and standard deviation of each column.
    private static func units(of table: SeriesTable) -> (shift: [Double], scale: [Double]) {
        var (shift, scale) = ([Double](), [Double]())
        for index in table.columns.indices {
            let numbers = table.values.column(index).filter { !$0.isNaN }
            let mean = numbers.reduce(0) { $0 + $1 / Double(numbers.count) }
            let square = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            shift.append(mean)
            scale.append((square / Double(numbers.count)).squareRoot())
        }
        return (shift, scale)
    }

    private static func start(
        _ count: Int, _ run: HiddenMarkovSequence<[Double]>
    ) throws -> HiddenMarkovModel<Emission> {
        let stay = 0.9
        let transitions = Matrix(rows: count, columns: count) {
            count == 1 ? 1 : ($0 == $1 ? stay : (1 - stay) / Double(count - 1))
        }
        return try HiddenMarkovModel(
            states: DiscreteStateSpace(
                initial: Array(repeating: 1 / Double(count), count: count),
                transitions: transitions),
            emission: Emission.start(
                states: count, for: [run.observations], relativeFloor: 1e-3))
    }

    /// Everything the model says about the table.
    func analysis(forecast count: Int) throws -> SeriesAnalysis {
        let likelihoods = try model.emission.likelihoods(of: rows)
        let filtered = try model.states.filter(likelihoods)
        let smoothed = try model.states.smooth(likelihoods)
        return SeriesAnalysis(
            model: name, table: table, logLikelihood: filtered.logEvidence,
            likelihoodMeaning: "the density of all observed numbers",
            parameterCount: parameterCount, observationCount: rows.count { $0 != nil },
            method: method, converged: converged, parameters: parameters,
            filtered: estimates(filtered.filtered), undeterminedCount: 0,
            smoothed: estimates(smoothed.marginals),
            path: try model.states.mostProbablePath(likelihoods),
            forecast: count > 0 ? try forecast(count, after: filtered) : nil)
    }

    /// Beliefs `[step, state]` row by row, and what they say of the columns' levels.
    private func estimates(_ beliefs: [Double]) -> StateEstimates {
        let states = model.states.stateCount
        let laws = Matrix(rows: beliefs.count / states, columns: states, beliefs)
        let moments = levels(laws, noise: false)
        return StateEstimates(moments: moments, probabilities: laws, signal: moments)
    }

    /// Means and variances of the columns, with the variance within the states or without.
    private func levels(_ laws: Matrix, noise: Bool) -> SeriesMoments {
        let (means, within) = (model.emission.means, model.emission.columnVariances)
        let centers = laws * means
        let variances = Matrix(rows: laws.rows, columns: means.columns) { step, column in
            (0..<laws.columns).reduce(0) { sum, state in
                let deviation = means[state, column] - centers[step, column]
                let spread = noise ? within[state, column] : 0
                return sum + laws[step, state] * (deviation * deviation + spread)
            }
        }
        return SeriesMoments(names: table.columns, means: centers, variances: variances)
    }

    private func forecast(_ count: Int, after past: FilteredStates) throws -> SeriesForecast {
        let last = past.stepCount - 1
        let laws = try model.states.predict(past.belief(at: last), steps: count, after: last)
        let tail = (1 - SeriesForecast.coverage) / 2
        func ends(_ probability: Double) -> Matrix {
            Matrix(rows: count, columns: table.columns.count) { step, column in
                NormalMixture(
                    weights: laws[step], means: model.emission.means.column(column),
                    variances: model.emission.columnVariances.column(column)
                ).quantile(probability)
            }
        }
        return SeriesForecast(
            labels: table.labels(after: count),
            observations: levels(Matrix(laws), noise: true),
            lower: ends(tail), upper: ends(1 - tail), states: estimates(laws.flatMap { $0 }))
    }
}

extension HiddenMarkovModel where Emission: SeriesEmission {
    /// The same model with its states numbered by the mean of the first column.
    fileprivate var reordered: Self {
        let means = emission.means.column(0)
        let order = means.indices.sorted { (means[$0], $0) < (means[$1], $1) }
        var model = self
        model.emission = emission.reordered(order)
        model.states.initial = order.map { states.initial[$0] }
        model.states.transitions = order.flatMap { from in
            order.map { states.transitions[from * states.stateCount + $0] }
        }
        return model
    }

    /// The parameters of `moved`, which is this model in other units, with standard errors.
    fileprivate func estimates(
        of run: HiddenMarkovSequence<[Double]>, in moved: Self, _ factors: [Double]
    ) -> [ParameterEstimate] {
        let names = ParameterLayout(moved, HiddenMarkovFitting(), boundary: 0).named
        // Without a positive definite information there are no standard errors at all.
        let errors = (try? estimates(from: [run]))?.map(\.standardError)
        let first = names.count - factors.count
        return names.enumerated().map { index, parameter in
            let factor = index < first ? 1 : factors[index - first]
            return ParameterEstimate(
                name: parameter.name, value: parameter.value,
                standardError: errors.flatMap { $0[index] }.map { factor * $0 })
        }
    }
}
