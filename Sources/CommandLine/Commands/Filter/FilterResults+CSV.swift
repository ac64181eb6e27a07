import OptimistInference
import OptimistLinearAlgebra
import OptimistReports

extension FilterResults {
    /// A table with a row for each step and forecast step. What a row does not have is empty;
    /// numbers have full precision.
    var csv: String {
        var rows = [header]
        for row in 0..<table.values.rows {
            var cells = [table.labels[row]] + table.values.row(row).map(cell)
            cells += self.cells(analysis.filtered, row)
            if smooth { cells += self.cells(analysis.smoothed, row) }
            if let path = analysis.path { cells.append("\(path.states[row])") }
            if analysis.forecast != nil {
                cells += Array(repeating: "", count: 4 * table.columns.count)
            }
            rows.append(cells)
        }
        rows += forecastRows
        return rows.map { String(decoding: CSVRow.line($0), as: UTF8.self) }.joined()
    }

    private var header: [String] {
        var names = [table.labelName ?? "row"] + table.columns
        for (word, estimates) in [("filtered", analysis.filtered), ("smoothed", analysis.smoothed)]
        where smooth || word == "filtered" {
            names += columns(of: estimates).map { "\(word) \($0)" }
        }
        if analysis.path != nil { names.append("path") }
        if analysis.forecast != nil {
            names += table.columns.flatMap { name in
                ["mean", "variance", "lower", "upper"].map { "forecast \(name) \($0)" }
            }
        }
        return names
    }

    private func columns(of estimates: StateEstimates) -> [String] {
        estimates.moments.names.flatMap { ["\($0) mean", "\($0) variance"] }
            + (0..<(estimates.probabilities?.columns ?? 0)).map { "probability \($0)" }
    }

    private func cells(_ estimates: StateEstimates, _ row: Int) -> [String] {
        let moments = estimates.moments
        return moments.names.indices.flatMap {
            [cell(moments.means[row, $0]), cell(moments.variances[row, $0])]
        } + (estimates.probabilities?.row(row).map(cell) ?? [])
    }

    private var forecastRows: [[String]] {
        guard let forecast = analysis.forecast else { return [] }
        let blank = Array(repeating: "", count: table.columns.count)
        return forecast.labels.indices.map { row in
            var cells = [forecast.labels[row]] + blank + self.cells(forecast.states, row)
            if smooth { cells += self.cells(forecast.states, row) }
            if analysis.path != nil { cells.append("") }
            for column in table.columns.indices {
                cells += [
                    forecast.observations.means[row, column],
                    forecast.observations.variances[row, column],
                    forecast.lower[row, column], forecast.upper[row, column],
                ].map(cell)
            }
            return cells
        }
    }

    private func cell(_ number: Double) -> String { number.isFinite ? CSVRow.cell(number) : "" }
}
