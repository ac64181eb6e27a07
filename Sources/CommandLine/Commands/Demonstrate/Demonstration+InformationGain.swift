import Foundation
import OptimistCore
import OptimistInference
import OptimistReports

extension Demonstration {
    /// What information draws a plan to.
    static let informationGain = Demonstration(
        name: "information-gain",
        summary: "what four scores of information draw a plan to; a cue; a light in the dark"
    ) { _ in
        Result(tables: [scores, emissionNoise, cue, light], picture: picture(informationCharts))
    }

    /// What a score is called.
    static func title(_ score: InformationDemonstration.Score) -> String {
        switch score {
        case .mutualInformation: "mutual information"
        case .logLikelihood: "log likelihood alone"
        case .logMarginal: "log marginal likelihood"
        case .predictiveEntropy: "entropy of predictions"
        }
    }

    private static var scores: DemonstrationTable {
        let demonstration = InformationDemonstration()
        let names = demonstration.branches.map(\.name)
        return DemonstrationTable(
            key: "scores",
            title: "Equal rewards; a score is added. Its value (nats) and the choice",
            columns: [.words("score", "score added")]
                + names.map { .numbers($0, $0) }
                + names.map { .numbers("choice" + $0.capitalized, "q(\($0))") },
            rows: InformationDemonstration.Score.allCases.map { score in
                let values = demonstration.branches.map { demonstration.value(score, of: $0) }
                // A difference of equal logarithms may be a negative zero.
                return [.text(title(score))] + values.map { .number($0 + 0) }
                    + demonstration.choice(score).map { .number($0) }
            })
    }

    private static func noisy(_ noise: Double) -> (information: Double, choice: [Double]) {
        let demonstration = InformationDemonstration(emissionNoise: noise)
        let information = demonstration.value(
            .mutualInformation, of: demonstration.branches[0])
        return (information, demonstration.choice(.mutualInformation))
    }

    private static var emissionNoise: DemonstrationTable {
        DemonstrationTable(
            key: "noise",
            title: "The informative branch shows the wrong state now and then: log 2 − H(noise)",
            columns: [
                .numbers("noise", "noise", decimals: 2),
                .numbers("information", "information (nats)"),
                .numbers("choiceInformative", "q(informative)"),
                .numbers("choiceCertain", "q(certain)"),
            ],
            rows: [0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5].map { noise in
                let found = noisy(noise)
                return [noise, found.information, found.choice[0], found.choice[2]]
                    .map { .number($0) }
            })
    }

    private static var cue: DemonstrationTable {
        let cue = CueDemonstration()
        let rows: [(String, String, Double)] = [
            ("cue", "cue, of the belief", cue.cueInformation),
            (
                "certainCue", "a cue that is never wrong",
                CueDemonstration(validity: 1).cueInformation
            ),
            ("cueGivenState", "cue, the sampled state given", cue.conditionalCueInformation),
            ("arm", "an arm's outcome, without the cue", cue.armInformation),
            ("armAfterCue", "an arm's outcome, after the cue", cue.armInformationAfterCue),
            ("valueDirect", "expected reward, straight to an arm", cue.directValue),
            ("valueCueFirst", "expected reward, cue first", cue.cueFirstValue),
        ]
        return DemonstrationTable(
            key: "cue",
            title: "A cue tells which of two arms pays. Information in nats, and rewards",
            columns: [
                .words("quantity", "quantity"), .words("of", "what it is of"),
                .numbers("value", "value"),
            ], rows: rows.map { [.text($0.0), .text($0.1), .number($0.2)] })
    }

    private static var light: DemonstrationTable {
        DemonstrationTable(
            key: "light",
            title: "A light at x = 5: what an observation tells of each coordinate (nats)",
            columns: [
                .numbers("position", "x", decimals: 0), .numbers("information", "information"),
            ],
            rows: [0.0, 1, 2, 3, 4, 5].map {
                [.number($0), .number(LightDarkDemonstration.information(at: $0))]
            })
    }

    private static var informationCharts: [Chart] {
        let shares = (0...100).map { Double($0) / 200 }
        let found = shares.map(noisy)
        var noise = Chart(
            title: "An observation that may be wrong",
            xLabel: "probability that the observation is wrong", yLabel: "nats, and probability",
            series: [
                Series("information I(z; x)", x: shares, y: found.map(\.information)),
                Series("q(informative branch)", x: shares, y: found.map { $0.choice[0] }),
            ])
        noise.yRange = 0...0.75
        let validities = shares.map { 0.5 + $0 }
        let cues = validities.map { CueDemonstration(validity: $0) }
        var cue = Chart(
            title: "A cue before a choice of two arms",
            xLabel: "probability that the cue is right", yLabel: "information in nats",
            series: [
                Series("cue, of the belief", x: validities, y: cues.map(\.cueInformation)),
                Series(
                    "cue, the state given", x: validities, y: cues.map(\.conditionalCueInformation)
                ),
                Series(
                    "arm after the cue", x: validities, y: cues.map(\.armInformationAfterCue)),
            ])
        cue.yRange = -0.02...0.75
        let positions = (0...600).map { Double($0) / 100 }
        var light = Chart(
            title: "A light in the dark",
            caption: "Each is mutual information: the mean log likelihood ratio of the bound.",
            xLabel: "position x, the light at 5", yLabel: "nats a coordinate",
            series: [
                Series(
                    "", x: positions,
                    y: positions.map { LightDarkDemonstration.information(at: $0) })
            ])
        light.yScale = .logarithmic
        return [noise, cue, light]
    }
}
