import OptimistInference
import OptimistLinearAlgebra
import OptimistReports

extension FilterResults {
    /// Half the width of a 95 % interval in standard deviations.
    private static let deviations = 1.959963984540054

    /// The picture as an SVG document: a chart for each column and, for hidden states, one of their
    /// probabilities.
    var picture: String {
        var charts = table.columns.indices.map { chart(of: $0) }
        if let probabilities = shown.probabilities {
            charts.append(chart(ofProbabilities: probabilities))
        }
        charts[0].title = "\(table.columns.joined(separator: ", ")): \(analysis.model)"
        charts[charts.count - 1].xLabel = table.times == nil ? "row" : table.labelName ?? "row"
        charts[charts.count - 1].caption =
            "Bands: 95 % intervals of the \(word) level"
            + (analysis.forecast == nil ? "." : " and of the observations forecast.")
        return charts.count == 1 ? charts[0].svg : ChartStack(charts).svg
    }

    private var shown: StateEstimates { smooth ? analysis.smoothed : analysis.filtered }
    private var word: String { smooth ? "smoothed" : "filtered" }

    /// Horizontal positions of the rows: their times, else their numbers.
    private var times: [Double] {
        table.times ?? (0..<table.values.rows).map { Double($0 + 1) }
    }

    /// Horizontal positions of the steps after the last row, as far apart as rows are on average.
    private func times(after count: Int) -> [Double] {
        let times = times
        let (first, last) = (times.first ?? 0, times.last ?? 0)
        let spacing = times.count > 1 ? (last - first) / Double(times.count - 1) : 1
        return (1...count).map { last + spacing * Double($0) }
    }

    private func chart(of column: Int) -> Chart {
        let name = table.columns[column]
        let signal = shown.signal
        let center = signal.means.column(column)
        let half = signal.variances.column(column).map {
            FilterResults.deviations * $0.squareRoot()
        }
        var series = [
            Series("observed", x: times, y: table.values.column(column), marks: true, line: false),
            Series(
                "\(word) level", x: times, y: center, low: zip(center, half).map { $0 - $1 },
                high: zip(center, half).map { $0 + $1 }),
        ]
        if let forecast = analysis.forecast {
            series.append(
                Series(
                    "forecast", x: times(after: forecast.labels.count),
                    y: forecast.observations.means.column(column),
                    low: forecast.lower.column(column), high: forecast.upper.column(column)))
        }
        return finished(Chart(xLabel: "", yLabel: name, series: series))
    }

    private func chart(ofProbabilities probabilities: Matrix) -> Chart {
        var series = (0..<probabilities.columns).map { state in
            Series("state \(state)", x: times, y: probabilities.column(state))
        }
        if let ahead = analysis.forecast?.states.probabilities {
            for state in series.indices {
                series[state].x += times(after: ahead.rows)
                series[state].y += ahead.column(state)
            }
        }
        var chart = finished(Chart(xLabel: "", yLabel: "\(word) probability", series: series))
        chart.yRange = -0.03...1.03
        chart.height = 240
        // The words stand in the charts above.
        for index in chart.uprights.indices { chart.uprights[index].label = "" }
        return chart
    }

    /// A wide chart with an upright where the forecast begins.
    private func finished(_ chart: Chart) -> Chart {
        var chart = chart
        chart.width = 800
        chart.height = 340
        if analysis.forecast != nil, let last = times.last {
            chart.uprights = [.init(last, "forecast")]
        }
        return chart
    }
}
