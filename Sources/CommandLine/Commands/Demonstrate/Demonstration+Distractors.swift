import Foundation
import OptimistCore
import OptimistInference
import OptimistReports

extension Demonstration {
    /// What a latent bit comes to mean.
    static let distractors = Demonstration(
        name: "distractors",
        summary:
            "a task bit beside a loud distractor: what the marginal likelihood's weight decides",
        takesSeed: true
    ) { request in
        let cells = trained(request)
        return Result(
            tables: [shares(cells, request.starts)],
            picture: picture([shareChart(cells, request.starts)], height: 420))
    }

    /// A kind of training, and how often it finds the task.
    private struct Cell {
        let task: DistractorDemonstration
        let share: Estimate
    }

    private static let settings: [(copies: Int, rewardScale: Double)] = [
        (8, 2), (8, 0.5), (4, 2), (4, 0.5),
    ]
    private static let weights = [0, 0.25, 0.5, 0.75, 0.9, 1]

    private static func trained(_ request: Request) -> [[Cell]] {
        settings.map { setting in
            weights.map { weight in
                request.stages.begin(
                    "\(setting.copies) copies, reward scale \(setting.rewardScale), marginal "
                        + "weight \(weight): \(request.starts) trainings")
                let task = DistractorDemonstration(
                    copies: setting.copies, marginalWeight: weight,
                    rewardScale: setting.rewardScale)
                return Cell(
                    task: task,
                    share: task.shareOfTaskCodes(starts: request.starts, seed: request.seed))
            }
        }
    }

    private static func shares(_ cells: [[Cell]], _ starts: Int) -> DemonstrationTable {
        DemonstrationTable(
            key: "shares",
            title: "The share of \(starts) random starts whose state comes to mean the task",
            columns: [
                .numbers("copies", "copies D", decimals: 0),
                .numbers("rewardScale", "reward scale α", decimals: 1),
                .numbers("marginalWeight", "marginal weight β", decimals: 2),
                .numbers("threshold", "α needed", decimals: 4),
                .numbers("taskCode", "J of task code", decimals: 4),
                .numbers("distractorCode", "J of distractor code", decimals: 4),
                .numbers("share", "share", decimals: 3),
                .numbers("standardError", "standard error", decimals: 3),
            ],
            rows: cells.joined().map { cell in
                let task = cell.task
                return [
                    Double(task.copies), task.rewardScale, task.marginalWeight, task.threshold,
                    task.taskCodeValue, task.distractorCodeValue, cell.share.mean,
                    cell.share.standardError ?? .nan,
                ].map { .number($0 + 0) }
            })
    }

    private static func shareChart(_ cells: [[Cell]], _ starts: Int) -> Chart {
        var chart = Chart(
            title: "What a state comes to mean",
            caption:
                "The share of \(starts) random starts in which the state codes the task bit and "
                + "not the distractor, which is repeated D times; bands: 95 % intervals. At weight "
                + "1 the objective is the bound on optimality, at 0 reward and likelihood of the "
                + "data.",
            xLabel: "weight of the marginal likelihood",
            yLabel: "share of starts that learn the task",
            series: zip(settings, cells).map { setting, cells in
                let errors = cells.map { 1.96 * ($0.share.standardError ?? 0) }
                let means = cells.map(\.share.mean)
                return Series(
                    "D = \(setting.copies), α = \(setting.rewardScale)", x: weights, y: means,
                    low: zip(means, errors).map { max($0 - $1, 0) },
                    high: zip(means, errors).map { min($0 + $1, 1) }, marks: true)
            })
        chart.yRange = -0.03...1.03
        chart.xRange = -0.02...1.02
        return chart
    }
}
