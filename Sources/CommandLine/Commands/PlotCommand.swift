import ArgumentParser
import Foundation
import OptimistCore
import OptimistExperiments
import OptimistReports

/// `optimist plot`.
struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot", abstract: "Draw learning curves.",
        discussion: """
            Runs are grouped by algorithm, environment and settings; a band shows a 95 %
            interval over a group's runs. A .png is made by the program rsvg-convert.

            Examples:
              optimist plot runs/pets-pendulum-* --output curve.svg
              optimist plot runs/* --metric evaluation --output curve.png
              optimist plot runs/mine --metric bound.total --output bound.svg
            """)

    @Argument(
        help: ArgumentHelp(
            "Runs: paths, or names under the folder of runs.", valueName: "run"))
    var selected: [String]
    @Option(help: ArgumentHelp("The picture's file, .svg or .png.", valueName: "file"))
    var output: String
    @Option(
        help: ArgumentHelp(
            "What is drawn: return (of training episodes), evaluation, a metric of the records, or "
                + "a term of the bound, such as bound.total.", valueName: "name"))
    var metric = "return"
    @Option(help: "The picture's title.")
    var title: String?
    @Option(help: "Episodes that a curve is averaged over.")
    var window = 1
    @Option(help: "The folder that runs lie in.")
    var runs = "runs"
    @OptionGroup var options: OutputOptions

    func run() throws {
        guard output.hasSuffix(".svg") || output.hasSuffix(".png") else {
            throw UsageError.notAllowed(
                option: "--output", value: output, allowed: "a file that ends in .svg or .png")
        }
        guard (1...10_000).contains(window) else {
            throw UsageError.outOfRange(
                option: "--window", value: "\(window)", allowed: "1 to 10000")
        }
        let groups = try RunGroup.groups(of: selected.map { try RunLocation.folder($0, in: runs) })
        let plotted = PlottedMetric(name: metric)
        let chart = try Chart.learningCurves(
            groups.flatMap { try curves(of: $0, plotted) },
            title: title ?? groups.first?.environment ?? "", yLabel: plotted.label, window: window,
            generator: Generator(seed: 0))
        let data =
            output.hasSuffix(".svg")
            ? Data(chart.svg.utf8) : Data(try PictureConverter().png(of: chart.svg))
        try OutputFile.write(data, to: output)
        try options.print(
            text: "wrote \(output)", json: .object(["output": .text(output)]))
    }

    private func curves(
        of group: RunGroup, _ metric: PlottedMetric
    ) throws -> [LearningCurve] {
        let runs = try group.runs.map { try metric.curves(of: $0) }
        // Runs of a group have the same settings, and so the same curves.
        return runs[0].map(\.suffix).map { suffix in
            LearningCurve(
                group.name + suffix,
                runs: runs.compactMap { run in
                    run.first { $0.suffix == suffix }.map { .init($0.points) }
                })
        }
    }
}
