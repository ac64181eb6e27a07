import OptimistInference
import OptimistLinearAlgebra
import OptimistReports

extension FilterResults {
    private static let shownRows = 5
    private static let shownForecast = 20

    /// The results for people: parameters, likelihood, the last rows and the forecast.
    var text: String {
        [head, parameters, likelihood, lastRows, forecast].filter { !$0.isEmpty }
            .joined(separator: "\n")
    }

    private func number(_ value: Double) -> String { NumberText.short(value, digits: 7) }

    private var head: String {
        let numbers = table.sequence.observedCount
        let gaps = table.values.rows * table.columns.count - numbers
        let fitted = analysis.method.map {
            "fitted by \($0.rawValue)" + (analysis.converged ? "" : " (not converged)")
        }
        return "\(table.file): \(table.columns.joined(separator: ", ")), \(table.values.rows) rows"
            + (gaps > 0 ? ", \(gaps) of \(numbers + gaps) cells are gaps" : "")
            + "\n\(analysis.model), \(fitted ?? "with the parameters given")\n"
    }

    private var parameters: String {
        if analysis.parameters.isEmpty { return "" }
        var table = TextTable([
            .words("parameter"), .numbers("value"), .numbers("standard error"),
        ])
        for parameter in analysis.parameters {
            table.append([
                parameter.name, number(parameter.value),
                parameter.standardError.map(number) ?? "none",
            ])
        }
        let isOpen = analysis.parameters.contains { $0.standardError == nil }
        return table.text() + (isOpen ? "none: \(SeriesAnalysis.noStandardError)\n" : "")
    }

    private var likelihood: String {
        let criteria = analysis.criteria
        let count = analysis.parameterCount
        return """
            log likelihood  \(NumberText.fixed(analysis.logLikelihood, decimals: 4)) nats
            AIC             \(NumberText.fixed(criteria.aic, decimals: 4))
            BIC             \(NumberText.fixed(criteria.bic, decimals: 4))
            \(count) parameter\(count == 1 ? "" : "s") and \(analysis.observationCount) \
            observations count; \(analysis.likelihoodMeaning)

            """
    }

    private func title(_ names: [String], _ name: String) -> String {
        names.count > 1 ? " \(name)" : ""
    }

    /// The last rows: what was observed, mean ± standard deviation of the states, probabilities.
    private var lastRows: String {
        let shown = smooth ? [analysis.filtered, analysis.smoothed] : [analysis.filtered]
        let words = ["filtered", "smoothed"]
        var columns: [TextTable.Column] = [.words(table.labelName ?? "row")]
        columns += table.columns.map { .numbers($0) }
        for (word, estimates) in zip(words, shown) {
            columns += estimates.moments.names.flatMap { name -> [TextTable.Column] in
                [.numbers("\(word) \(name)"), .numbers("± sd")]
            }
            columns += (0..<(estimates.probabilities?.columns ?? 0)).map {
                .numbers("\(word) p(\($0))")
            }
        }
        if analysis.path != nil { columns.append(.numbers("path")) }
        var text = TextTable(columns)
        let count = table.values.rows
        for row in max(0, count - FilterResults.shownRows)..<count {
            var cells = [table.labels[row]]
            cells += table.values.row(row).map { $0.isNaN ? "" : number($0) }
            for estimates in shown { cells += self.cells(estimates, row) }
            if let path = analysis.path { cells.append("\(path.states[row])") }
            text.append(cells)
        }
        return text.text()
    }

    private func cells(_ estimates: StateEstimates, _ row: Int) -> [String] {
        let moments = estimates.moments
        var cells: [String] = []
        for column in moments.names.indices {
            let (mean, variance) = (moments.means[row, column], moments.variances[row, column])
            cells += mean.isNaN ? ["", ""] : [number(mean), number(variance.squareRoot())]
        }
        return cells
            + (estimates.probabilities?.row(row).map { NumberText.fixed($0, decimals: 4) } ?? [])
    }

    private var forecast: String {
        guard let forecast = analysis.forecast else { return "" }
        let names = forecast.observations.names
        var text = TextTable(
            [.words("forecast")]
                + names.flatMap { name -> [TextTable.Column] in
                    [.numbers(name), .numbers("± sd"), .numbers("95 % from"), .numbers("to")]
                })
        let count = forecast.labels.count
        for row in 0..<min(count, FilterResults.shownForecast) {
            let moments = forecast.observations
            text.append(
                [forecast.labels[row]]
                    + names.indices.flatMap { column in
                        [
                            moments.means[row, column],
                            moments.variances[row, column].squareRoot(),
                            forecast.lower[row, column], forecast.upper[row, column],
                        ].map(number)
                    })
        }
        let rest = count - FilterResults.shownForecast
        return text.text()
            + (rest > 0 ? "and \(rest) more steps; --output or --format json gives all\n" : "")
    }
}
