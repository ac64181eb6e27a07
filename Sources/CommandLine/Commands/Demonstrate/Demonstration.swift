import OptimistReports

/// Something that the command shows: tables and a picture.
struct Demonstration: Sendable {
    /// What is asked of it.
    struct Request {
        /// Random starts of each training.
        var starts: Int
        /// The seed of what is random.
        var seed: UInt64
        /// Where it says what it works on.
        var stages: StagePrinter
    }

    /// What it shows.
    struct Result {
        var tables: [DemonstrationTable]
        /// An SVG document.
        var picture: String
    }

    /// Its name on the command line.
    let name: String
    /// What it shows, in one sentence.
    let summary: String
    /// Whether something in it is random.
    var takesSeed = false
    /// Computes it.
    let run: @Sendable (Request) throws -> Result

    /// All of them, in the order in which they are listed.
    static let all = [
        informationGain, noisyTV, lightDark, distractors, habit, optimism, empowerment,
        iterativeInference,
    ]

    /// A picture of charts below one another, of one width.
    static func picture(_ charts: [Chart], height: Double = 300) -> String {
        ChartStack(
            charts.map { chart in
                var chart = chart
                (chart.width, chart.height) = (680, height)
                return chart
            }
        ).svg
    }
}
