import OptimistCore
import OptimistInference
import OptimistReports

extension Demonstration {
    /// Plans that become habit.
    static let habit = Demonstration(
        name: "habit",
        summary: "plans become habit in a chain, on a line and in the worked example"
    ) { request in
        request.stages.begin("a chain of states")
        let chain = try chainScales.map {
            try HabitDemonstration.chainRounds(20, rewardScale: $0)
        }
        let line = try HabitDemonstration.lineRounds(40)
        request.stages.begin("the worked example")
        let rounds = try GenerativeProblem.example().learnHabit(rounds: 100)
        return Result(
            tables: [chainTable(chain), try lineTable(line), agentTable(rounds)],
            picture: picture([
                try chainChart(chain), try lineChart(line), agentChart(rounds),
            ]))
    }

    private static let chainScales = [0.5, 1, 5]

    private static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    private static func chainTable(_ chain: [[HabitRound]]) -> DemonstrationTable {
        DemonstrationTable(
            key: "chain",
            title: "A chain of five states: what the habit alone earns, on average over states",
            columns: [
                .numbers("rewardScale", "reward scale α", decimals: 1),
                .numbers("round", "round", decimals: 0),
                .numbers("value", "mean value", decimals: 4),
                .numbers("divergence", "KL of the next habit", decimals: 4),
            ],
            rows: zip(chainScales, chain).flatMap { scale, rounds in
                [0, 1, 2, 3, 5, 10, 20].map { round in
                    [
                        scale, Double(round), mean(rounds[round].values),
                        mean(rounds[round].divergences),
                    ].map { .number($0) }
                }
            })
    }

    private static func lineTable(_ line: [LinearQuadraticHabit]) throws -> DemonstrationTable {
        let best = try bestGain
        return DemonstrationTable(
            key: "line",
            title: "A point on a line, s′ = s + a at the cost s² + a²: the habit N(−K s, 1/Λ)",
            columns: [
                .numbers("round", "round", decimals: 0), .numbers("gain", "K"),
                .numbers("precision", "Λ", decimals: 4),
                .numbers("excess", "K above the Riccati gain"),
            ],
            rows: [0, 1, 2, 3, 5, 10, 20, 40].map { round in
                let habit = line[round]
                return [
                    Double(round), habit.gain[0, 0], habit.precision[0, 0],
                    habit.gain[0, 0] - best,
                ].map { .number($0) }
            })
    }

    private static var bestGain: Double {
        get throws { try HabitDemonstration.line.solveSteadyState().policy.gain[0, 0] }
    }

    private static func agentTable(_ rounds: [GenerativeRound]) -> DemonstrationTable {
        DemonstrationTable(
            key: "agent",
            title: "The generative agent of the worked example: the bound never falls",
            columns: [
                .numbers("round", "round", decimals: 0), .numbers("bound", "bound"),
                .numbers("logEvidence", "log evidence"), .numbers("expectedReturn", "return"),
                .numbers("switchCold", "habit to switch, cold"),
                .numbers("switchHot", "habit to switch, hot"),
            ],
            rows: [0, 1, 2, 5, 10, 20, 50, 100].map { index in
                let round = rounds[index]
                return [
                    Double(index), round.bound, round.logEvidence, round.expectedReturn,
                    round.habit[1], round.habit[3],
                ].map { .number($0) }
            })
    }

    private static func chainChart(_ chain: [[HabitRound]]) throws -> Chart {
        var solver = ExactSolver()
        (solver.discount, solver.objective) = (HabitDemonstration.chainDiscount, .hard)
        let best = try solver.solve(HabitDemonstration.chain()).values.value?[0] ?? []
        var chart = Chart(
            title: "A chain of states: acting by habit alone", xLabel: "round",
            yLabel: "mean value",
            series: zip(chainScales, chain).map { scale, rounds in
                Series(
                    "α = \(scale)", x: rounds.indices.map(Double.init),
                    y: rounds.map { mean($0.values) }, marks: true)
            })
        chart.references = [.init(mean(best), "best policy")]
        chart.yRange = 0...17.5
        return chart
    }

    private static func lineChart(_ line: [LinearQuadraticHabit]) throws -> Chart {
        let best = try bestGain
        let rounds = Array(1..<line.count)
        var chart = Chart(
            title: "A point on a line: the habit's gain above the best one", xLabel: "round",
            yLabel: "K above the Riccati gain",
            series: [
                Series(
                    "", x: rounds.map(Double.init), y: rounds.map { line[$0].gain[0, 0] - best },
                    marks: true)
            ])
        chart.yScale = .logarithmic
        chart.xRange = 0...Double(line.count - 1)
        return chart
    }

    private static func agentChart(_ rounds: [GenerativeRound]) -> Chart {
        let x = (0...40).map(Double.init)
        return Chart(
            title: "The generative agent: infer, distill, again", xLabel: "round", yLabel: "nats",
            series: [
                Series("log evidence", x: x, y: rounds.prefix(41).map(\.logEvidence)),
                Series("best bound", x: x, y: rounds.prefix(41).map(\.bound)),
            ])
    }
}
