import OptimistCore
import OptimistInference
import OptimistReports

extension Demonstration {
    /// Noise that tells nothing.
    static let noisyTV = Demonstration(
        name: "noisy-tv",
        summary: "noise that tells nothing draws an entropy bonus, and not mutual information"
    ) { _ in
        Result(tables: [television, beside], picture: picture(noiseCharts))
    }

    private static let bits = Array(0...8)
    private static let kinds = InformationDemonstration.Score.allCases

    /// Of a television of so many coins: each score, and how probable it is chosen.
    private static func television(
        _ bits: Int
    ) -> [(score: Double, choice: Double)] {
        let demonstration = InformationDemonstration(noiseBits: bits)
        return kinds.map {
            (demonstration.value($0, of: demonstration.branches[1]), demonstration.choice($0)[1])
        }
    }

    private static var television: DemonstrationTable {
        DemonstrationTable(
            key: "television",
            title: "A television of coins beside an informative and a certain branch: its score "
                + "(nats) and the choice",
            columns: [.numbers("coins", "coins", decimals: 0)]
                + kinds.map { .numbers($0.rawValue, title($0), decimals: 4) }
                + kinds.map {
                    .numbers(
                        "choice\($0.rawValue.prefix(1).uppercased())\($0.rawValue.dropFirst())",
                        "q by " + title($0), decimals: 4)
                },
            rows: bits.map { bits in
                let found = television(bits)
                return [.number(Double(bits))] + found.map { .number($0.score + 0) }
                    + found.map { .number($0.choice) }
            })
    }

    /// The scores of the informative branch with coins beside what it shows.
    private static func informative(_ bits: Int) -> [Double] {
        let demonstration = InformationDemonstration(emissionNoise: 0.1)
        let branch = demonstration.branches[0].withNoise(bits: bits)
        return kinds.map { demonstration.value($0, of: branch) }
    }

    private static var beside: DemonstrationTable {
        DemonstrationTable(
            key: "beside",
            title: "Coins beside an observation that is wrong in 1 of 10 cases (nats)",
            columns: [.numbers("coins", "coins", decimals: 0)]
                + kinds.map { .numbers($0.rawValue, title($0)) },
            rows: bits.map { bits in
                [.number(Double(bits))] + informative(bits).map { .number($0) }
            })
    }

    private static var noiseCharts: [Chart] {
        let x = bits.map(Double.init)
        let television = bits.map { Self.television($0) }
        let informative = bits.map { Self.informative($0) }
        var choice = Chart(
            title: "Who watches the noisy television?", xLabel: "coins that it shows",
            yLabel: "q(television)",
            series: kinds.indices.map { kind in
                Series(
                    title(kinds[kind]), x: x, y: television.map { $0[kind].choice }, marks: true)
            })
        choice.yRange = -0.02...1.02
        let beside = Chart(
            title: "Noise beside an informative observation",
            caption: "Noise beside what tells something lowers likelihood and marginal likelihood "
                + "alike: their difference, the information, stays.",
            xLabel: "coins beside the observation", yLabel: "score in nats",
            series: kinds.indices.map { kind in
                Series(title(kinds[kind]), x: x, y: informative.map { $0[kind] }, marks: true)
            })
        return [choice, beside]
    }
}
