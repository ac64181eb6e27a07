import ArgumentParser
import Foundation
import OptimistCore
import OptimistInference
import OptimistReports

/// `optimist filter`.
struct FilterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filter",
        abstract: "Filter, smooth, fit and forecast a series of numbers in a CSV file.",
        discussion: """
            The file has a header and a row for each step; empty cells, NA and nan are gaps. Models:
              local-level         a level that walks at random, seen with noise
              local-linear-trend  a level with a slope that walks, too
              constant-velocity   a position whose velocity changes by white accelerations
              hmm:K               K hidden states, each with a normal law of its own
              FILE.json           matrices of one's own
            The first three start exact diffuse. Parameters without values are fitted by maximum
            likelihood, those of hmm:K by EM; --fit also fits a FILE.json whose values are given.

            Examples:
              optimist filter nile.csv --model local-level --smooth --plot nile.svg
              optimist filter prices.csv --model hmm:3 --output states.csv
              optimist filter track.csv --model track.json --columns x,y
            """)

    @Argument(
        help: ArgumentHelp("The series: a CSV file with a header.", valueName: "data.csv"))
    var file: String
    @Option(
        help: ArgumentHelp(
            "local-level, local-linear-trend, constant-velocity, hmm:K, or a JSON file.",
            valueName: "model"))
    var model: String
    @Option(help: "How parameters are fitted: em or mle.")
    var fit: TimeSeriesFit.Method?
    @Option(help: ArgumentHelp("Steps to forecast.", valueName: "k"))
    var forecast = 0
    @Flag(help: "Also give the laws of the states given the whole series.")
    var smooth = false
    @Option(
        help: ArgumentHelp(
            "Columns, separated by commas; without it the last ones.", valueName: "names"))
    var columns: String?
    @Option(
        help: ArgumentHelp(
            "Write every row's results to a file, .csv or .json.", valueName: "file"))
    var output: String?
    @Option(help: ArgumentHelp("Draw the series in a file, .svg.", valueName: "file"))
    var plot: String?
    @OptionGroup var hiddenMarkov: HiddenMarkovOptions
    @OptionGroup var options: OutputOptions

    func run() throws {
        try check()
        let model = try FilterModel(model, hiddenMarkov)
        let table = try SeriesTable(
            contentsOf: file, columns: names, lastCount: model.columnCount ?? 1)
        notice(table)
        let analysis = try model.analyze(table, fit: fit, forecast: forecast)
        if !analysis.converged {
            say("fitting stopped before it converged: the parameters are not the best ones")
        }
        let results = FilterResults(analysis, smooth: smooth)
        if let output {
            let text = output.hasSuffix(".csv") ? results.csv : results.json.text(pretty: true)
            try OutputFile.write(Data(text.utf8), to: output)
        }
        if let plot { try OutputFile.write(Data(results.picture.utf8), to: plot) }
        try options.print(text: results.text, json: results.json)
    }

    private var names: [String]? {
        // Names that hold commas are quoted, as in the file.
        columns.map { CSVRow.cells($0).map { $0.trimmingCharacters(in: .whitespaces) } }
    }

    private func check() throws {
        guard (0...100_000).contains(forecast) else {
            throw UsageError.outOfRange(
                option: "--forecast", value: "\(forecast)", allowed: "0 to 100000")
        }
        if let output, !output.hasSuffix(".csv"), !output.hasSuffix(".json") {
            throw UsageError.notAllowed(
                option: "--output", value: output, allowed: "a file that ends in .csv or .json")
        }
        if let plot, !plot.hasSuffix(".svg") {
            throw UsageError.notAllowed(
                option: "--plot", value: plot, allowed: "a file that ends in .svg")
        }
    }

    /// Says what a user may not expect: of uneven times, and of a long fit.
    private func notice(_ table: SeriesTable) {
        let rows = table.values.rows
        if let name = table.labelName, table.times != nil, rows > 2, table.spacing == nil {
            say("\(name) is not evenly spaced; rows count as equal steps all the same")
        }
        if rows >= 20_000 { say("\(rows) rows; a fit may take minutes") }
    }

    private func say(_ sentence: String) {
        if !options.quiet { StandardError.print("optimist: \(sentence)") }
    }
}

extension TimeSeriesFit.Method: ExpressibleByArgument {}

/// Options of hidden Markov models.
struct HiddenMarkovOptions: ParsableArguments {
    @Option(help: "hmm:K: covariances of several columns, diagonal or full.")
    var covariance = HiddenMarkovSeriesModel.Covariance.diagonal
    @Option(help: "hmm:K: climbs from different starts, of which the best counts.")
    var restarts = 10
    @Option(help: "hmm:K: the seed of the random starts.")
    var seed = 0
}

extension HiddenMarkovSeriesModel.Covariance: ExpressibleByArgument {}
