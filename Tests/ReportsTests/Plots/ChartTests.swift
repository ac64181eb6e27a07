import Foundation
import OptimistCore
import OptimistReports
import Testing

@Suite struct ChartTests {
    /// Runs of made-up agents that approach a level at their own pace, with noise.
    private func curve(_ name: String, level: Double, pace: Double, runs: Int) -> LearningCurve {
        let generator = Generator(seed: 11).split(name)
        return LearningCurve(
            name,
            runs: (0..<runs).map { run in
                var own = generator.split(run)
                let speed = pace * own.uniform(0.6, 1.4)
                let phase = own.uniform(0, 4_000)
                return .init(
                    (0..<60).map { index in
                        let step = phase + 4_000 * Double(index)
                        let progress = 1 - exp(-step * speed / 60_000)
                        return (step, -1_600 + (level + 1_600) * progress + 60 * own.normal())
                    })
            })
    }

    private var curves: [LearningCurve] {
        [
            curve("sac", level: -150, pace: 2.4, runs: 10),
            curve("pets", level: -190, pace: 5, runs: 10),
            curve("ppo", level: -400, pace: 0.8, runs: 10),
        ]
    }

    @Test func `learning curves are drawn as stored`() throws {
        var chart = try Chart.learningCurves(
            curves, title: "Pendulum", window: 3, generator: Generator(seed: 1))
        chart.references = [.init(-150, "solved")]
        try Stored.expect(chart.svg, equals: "learning-curves.svg")
    }

    @Test func `performance profiles and aggregates are drawn as stored`() throws {
        let means = [("generative-agent", 1.0), ("sac", 0.9), ("v-mpo", 0.55)]
        let groups = try means.map { name, mean in
            var own = Generator(seed: 4).split(name)
            let scores = (0..<3).map { _ in (0..<8).map { _ in mean + 0.3 * own.normal() } }
            return (name: name, scores: try ScoreTable(tasks: ["a", "b", "c"], scores: scores))
        }
        let comparison = try Comparison(
            of: groups,
            aggregates: [
                .interquartileMean, .median, .mean, .optimalityGap(threshold: 1),
            ], bootstrap: StratifiedBootstrap(resamples: 1_000), generator: Generator(seed: 1))
        try Stored.expect(
            comparison.profileChart(title: "Performance profiles", xLabel: "Normalized score τ")
                .svg, equals: "profiles.svg")
        var aggregates = comparison.aggregateChart(
            title: "Three tasks, 8 runs each", xLabel: "Normalized score")
        aggregates.width = 760
        try Stored.expect(aggregates.svg, equals: "aggregates.svg")
        try Stored.expect(comparison.improvementChart().svg, equals: "improvement.svg")
        aggregates.style = .bars
        aggregates.caption = "Bar: estimate; whisker: 95 % stratified bootstrap interval."
        try Stored.expect(aggregates.svg, equals: "bars.svg")
    }

    @Test func `points, uprights and stacked charts are drawn as stored`() throws {
        let x = (0..<20).map { 1900 + Double($0) }
        let y = x.map { sin($0) }
        var top = Chart(
            title: "A series", xLabel: "", yLabel: "level",
            series: [
                Series("observed", x: x, y: y, marks: true, line: false),
                Series(
                    "smoothed", x: x, y: y.map { $0 / 2 }, low: y.map { $0 / 2 - 0.3 },
                    high: y.map { $0 / 2 + 0.3 }),
            ])
        top.uprights = [.init(1915, "forecast"), .init(1903, "change")]
        top.height = 260
        var bottom = Chart(
            caption: "Two charts.", xLabel: "year", yLabel: "probability",
            series: [Series("state 0", x: x, y: y.map { 0.5 + $0 / 2 })])
        bottom.height = 200
        try Stored.expect(ChartStack([top, bottom]).svg, equals: "stack.svg")
    }

    @Test func `logarithmic axes, gaps and odd names are drawn as stored`() throws {
        let x = (0..<40).map { Foundation.pow(10, Double($0) / 10) }
        var holes = x.map { 3e-4 * $0 }
        holes[20] = .nan
        var chart = Chart(
            title: "Error <of> \"a\" & b", xLabel: "Samples", yLabel: "Error in nats",
            series: [
                Series("1/√n", x: x, y: x.map { 1 / $0.squareRoot() }, marks: true),
                Series(
                    "with a gap", x: x, y: holes, low: holes.map { $0 / 2 },
                    high: holes.map { $0 * 2 }),
                Series("not positive", x: x, y: x.map { 0.1 - 1e-4 * $0 }, steps: true),
            ])
        chart.xScale = .logarithmic
        chart.yScale = .logarithmic
        try Stored.expect(chart.svg, equals: "logarithmic.svg")
    }

    @Test func `a chart of nothing, of a point and of a level line is a chart`() {
        for y in [[], [3.0], [3.0, 3.0], [.nan, .infinity]] {
            let chart = Chart(
                xLabel: "x", yLabel: "y",
                series: [Series("a", x: y.indices.map(Double.init), y: y)])
            #expect(chart.svg.hasSuffix("</svg>\n"))
            #expect(!chart.svg.contains("nan") && !chart.svg.contains("inf"))
        }
    }
}
