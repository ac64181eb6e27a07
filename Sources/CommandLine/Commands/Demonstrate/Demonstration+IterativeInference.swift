import OptimistCore
import OptimistModels
import OptimistReports

extension Demonstration {
    /// Inference by learned iterations, beside an encoder.
    static let iterativeInference = Demonstration(
        name: "iterative-inference",
        summary: "a posterior found by learned iterations, beside an encoder that says it at once",
        takesSeed: true
    ) { request in
        request.stages.begin("training both networks")
        let found = InferenceDemonstration(seed: request.seed)
        return Result(
            tables: [
                gapTable("known", "The model of the training", found.known),
                gapTable("changed", "Two columns of W with the other sign", found.changed),
            ],
            picture: picture([
                gapChart("The model of the training", found.known),
                gapChart("A model that neither network was trained on", found.changed),
            ]))
    }

    private static func gapTable(
        _ key: String, _ title: String, _ gaps: InferenceDemonstration.Gaps
    ) -> DemonstrationTable {
        let encoder = JSONValue.number(gaps.encoder)
        return DemonstrationTable(
            key: key,
            title: title + ": log p(x) less the bound, in nats; a diagonal law's best is "
                + gaps.best.text(decimals: 5),
            columns: [
                .numbers("iteration", "iteration", decimals: 0),
                .numbers("fromPrior", "from the prior", decimals: 5),
                .numbers("encoder", "encoder alone", decimals: 5),
                .numbers("fromEncoder", "from the encoder", decimals: 5),
            ],
            rows: gaps.fromPrior.indices.map { index in
                [
                    .number(Double(index)), .number(gaps.fromPrior[index]), encoder,
                    .number(gaps.fromEncoder[index]),
                ]
            })
    }

    private static func gapChart(_ title: String, _ gaps: InferenceDemonstration.Gaps) -> Chart {
        let x = gaps.fromPrior.indices.map(Double.init)
        var chart = Chart(
            title: title, xLabel: "iteration", yLabel: "nats below the evidence",
            series: [
                Series("from the prior", x: x, y: gaps.fromPrior, marks: true),
                Series("from the encoder", x: x, y: gaps.fromEncoder, marks: true),
            ])
        chart.references = [.init(gaps.encoder, "encoder alone"), .init(gaps.best, "best law")]
        chart.yScale = .logarithmic
        return chart
    }
}
