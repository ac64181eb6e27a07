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
            """)

    /// What is drawn against steps.
    enum Metric: String, ExpressibleByArgument, CaseIterable {
        /// Returns of training episodes.
        case training = "return"
        /// Mean returns of evaluations.
        case evaluation
    }

    @Argument(
        help: ArgumentHelp(
            "Runs: paths, or names under the folder of runs.", valueName: "run"))
    var selected: [String]
    @Option(help: ArgumentHelp("The picture's file, .svg or .png.", valueName: "file"))
    var output: String
    @Option(help: "What is drawn: return (of training episodes) or evaluation.")
    var metric = Metric.training
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
        let curves = try groups.map { group in
            LearningCurve(
                group.name, runs: try group.runs.map { .init(try points(of: $0)) })
        }
        let chart = try Chart.learningCurves(
            curves, title: title ?? groups.first?.environment ?? "",
            yLabel: metric == .training ? "Return of training episodes" : "Mean evaluation return",
            window: window, generator: Generator(seed: 0))
        let data =
            output.hasSuffix(".svg")
            ? Data(chart.svg.utf8) : Data(try PictureConverter().png(of: chart.svg))
        try OutputFile.write(data, to: output)
        try options.print(
            text: "wrote \(output)", json: .object(["output": .text(output)]))
    }

    private func points(of folder: RunFolder) throws -> [(step: Double, value: Double)] {
        let kind: Record.Kind = metric == .training ? .episode : .evaluation
        let points = try RunStore.readRows(of: folder).filter { $0.kind == kind }
            .compactMap { row -> (Double, Double)? in
                row.metrics.first { $0.name == "return" }.map { (Double(row.step), $0.value) }
            }
        guard !points.isEmpty else {
            throw UsageError.needed("\(folder.path) has no \(kind.rawValue) yet to draw")
        }
        return points.map { (step: $0.0, value: $0.1) }
    }
}
