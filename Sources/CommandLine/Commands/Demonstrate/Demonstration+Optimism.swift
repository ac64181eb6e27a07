import OptimistCore
import OptimistInference
import OptimistReports

extension Demonstration {
    /// Neutral and optimistic inference over actions.
    static let optimism = Demonstration(
        name: "optimism",
        summary: "a safe and a risky action: what weighing single futures makes of risk"
    ) { _ in
        Result(tables: [choices, futures], picture: picture([futuresChart], height: 400))
    }

    private static let lottery = OptimismDemonstration()

    private static var choices: DemonstrationTable {
        let rows: [(String, String, Double)] = [
            ("neutral", "the best bound, exp(α E[R])", lottery.neutral),
            ("optimistic", "the posterior given optimality, E[exp(α R)]", lottery.optimistic),
        ]
        return DemonstrationTable(
            key: "choices",
            title: "Safe pays 0.6, risky 0 or 1 with equal chances, α = 5: the share of safe",
            columns: [
                .words("kind", "kind"), .words("rule", "an action is weighed by"),
                .numbers("safe", "q(safe)"),
            ], rows: rows.map { [.text($0.0), .text($0.1), .number($0.2)] })
    }

    private static var futures: DemonstrationTable {
        DemonstrationTable(
            key: "futures", title: "The share of safe when M futures of an action are imagined",
            columns: [
                .numbers("futures", "M", decimals: 0),
                .numbers("weighted", "particles by exp(α mean)", decimals: 4),
                .numbers("averaged", "softmax of α mean", decimals: 4),
            ],
            rows: [1, 2, 5, 10, 20, 50, 100].map {
                [
                    .number(Double($0)), .number(lottery.weighted(futures: $0)),
                    .number(lottery.averaged(futures: $0)),
                ]
            })
    }

    private static var futuresChart: Chart {
        let counts = Array(1...200)
        let x = counts.map(Double.init)
        var chart = Chart(
            title: "How often the safe action is chosen",
            caption: "Weighing single futures is optimistic: the risky action looks as if its luck "
                + "could be chosen. Averaging futures first leads to neutrality; noise in the "
                + "averages pulls towards indifference.",
            xLabel: "imagined futures of each action", yLabel: "q(safe)",
            series: [
                Series(
                    "particles weighed by exp(α · mean)", x: x,
                    y: counts.map { lottery.weighted(futures: $0) }),
                Series(
                    "softmax of α · mean, on average", x: x,
                    y: counts.map { lottery.averaged(futures: $0) }),
            ])
        chart.references = [
            .init(lottery.neutral, "neutral: the best bound"),
            .init(lottery.optimistic, "optimistic: the posterior given optimality"),
        ]
        chart.xScale = .logarithmic
        chart.yRange = 0.15...0.7
        return chart
    }
}
