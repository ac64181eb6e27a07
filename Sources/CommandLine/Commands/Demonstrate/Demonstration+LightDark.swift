import Foundation
import OptimistCore
import OptimistPlanning
import OptimistReports

extension Demonstration {
    /// A point that sees where it is only near a light.
    static let lightDark = Demonstration(
        name: "light-dark",
        summary: "a plan that counts information goes to the light before the goal",
        takesSeed: true
    ) { request in
        let paths = try [0.0, 1].map { weight in
            request.stages.begin("planning with information weight \(Int(weight))")
            var generator = Generator(seed: request.seed)
            return try LightDarkPlanning(informationWeight: weight).plan(using: &generator)
        }
        return Result(
            tables: [pathTable(paths), endTable(paths)],
            picture: picture([pathChart(paths)], height: 460))
    }

    private static let pathNames = ["reward alone", "reward and information"]

    private static func pathTable(_ paths: [LightDarkPlanning.Path]) -> DemonstrationTable {
        DemonstrationTable(
            key: "paths", title: "Where the belief's mean goes; the light is at x₁ = 5",
            columns: [
                .numbers("step", "step", decimals: 0),
                .numbers("rewardX1", "x₁ by reward", decimals: 2),
                .numbers("rewardX2", "x₂ by reward", decimals: 2),
                .numbers("informationX1", "x₁ with information", decimals: 2),
                .numbers("informationX2", "x₂ with information", decimals: 2),
            ],
            rows: paths[0].positions.indices.map { step in
                [.number(Double(step))]
                    + paths.flatMap { path in
                        [path.positions[step].0, path.positions[step].1].map { .number($0) }
                    }
            })
    }

    private static func endTable(_ paths: [LightDarkPlanning.Path]) -> DemonstrationTable {
        DemonstrationTable(
            key: "plans", title: "What the plans reach",
            columns: [
                .words("plan", "plan"), .numbers("furthest", "greatest x₁", decimals: 2),
                .numbers("distance", "end's distance from the goal", decimals: 2),
                .numbers("information", "information (nats)", decimals: 2),
            ],
            rows: zip(pathNames, paths).map { name, path in
                let end = path.positions.last!
                let information: Double = path.posterior.information?.item() ?? 0
                return [
                    .text(name), .number(path.furthest), .number(hypot(end.0, end.1)),
                    .number(information),
                ]
            })
    }

    private static func pathChart(_ paths: [LightDarkPlanning.Path]) -> Chart {
        Chart(
            title: "Light and dark",
            caption:
                "The mean of the belief as it follows each plan, from (2, 2) to the goal at the "
                + "origin. What is seen is sharp at x₁ = 5 and blurred elsewhere.",
            xLabel: "x₁", yLabel: "x₂",
            series: zip(pathNames, paths).map { name, path in
                Series(
                    name, x: path.positions.map { $0.0 }, y: path.positions.map { $0.1 },
                    marks: true)
            })
    }
}
