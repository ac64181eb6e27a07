import OptimistCore
import OptimistTorch

/// Reads what environments hide, and what they show, off an agent's beliefs by a `LinearProbe`: a
/// part of the episodes is fitted, the others judge.
public struct BeliefProbe {
    /// One number that was probed for.
    public struct Entry: Sendable, Equatable {
        /// Where the number comes from.
        public enum Origin: String, Sendable {
            /// The environment's whole observation; the agent is not shown the number.
            case hidden
            /// What the agent is shown.
            case shown
        }
        /// Whether it was hidden.
        public let origin: Origin
        /// The number's place in the whole observation, or in what is shown.
        public let index: Int
        /// R² on the episodes that the probe was not fitted to; nil for a number that never changes.
        public let determination: Double?
    }

    private struct Row {
        let features: [Double]
        let shown: [Double]
        let whole: [Double]
    }
    private var episodes: [[Row]]

    /// A probe of so many episodes, one for each environment; at least 2.
    public init(episodes: Int) {
        if episodes < 2 { fail("BeliefProbe", "\(episodes) episodes; fitting and judging need 2") }
        self.episodes = .init(repeating: [], count: episodes)
    }

    /// Adds a step of an episode.
    ///
    /// - Parameters:
    ///   - episode: which one.
    ///   - features: what the agent believed.
    ///   - shown: what it was shown.
    ///   - whole: all that it could have been shown.
    public mutating func add(
        to episode: Int, features: [Float], shown: [Float], whole: [Float]
    ) {
        episodes[episode].append(
            Row(
                features: features.map(Double.init), shown: shown.map(Double.init),
                whole: whole.map(Double.init)))
    }

    /// Fits the first half of the episodes and judges by the others: hidden numbers first. A number
    /// of the whole observation counts as shown if some entry always equals it.
    ///
    /// - Throws: `LinearAlgebraError` where features cannot be told apart.
    public func entries() throws -> [Entry] {
        let half = (episodes.count + 1) / 2
        let (fitted, others) = (
            Array(episodes[..<half].joined()), Array(episodes[half...].joined())
        )
        guard let first = fitted.first, !others.isEmpty else {
            fail("BeliefProbe.entries", "episodes without a step")
        }
        let all = fitted + others
        let hidden = first.whole.indices.filter { index in
            !first.shown.indices.contains { entry in
                all.allSatisfy { $0.whole[index] == $0.shown[entry] }
            }
        }
        func targets(_ rows: [Row]) -> [[Double]] {
            rows.map { row in hidden.map { row.whole[$0] } + row.shown }
        }
        let probe = try LinearProbe(
            features: fitted.map(\.features), targets: targets(fitted))
        let found = probe.determination(
            features: others.map(\.features), targets: targets(others))
        return found.enumerated().map { place, value in
            let isHidden = place < hidden.count
            return Entry(
                origin: isHidden ? .hidden : .shown,
                index: isHidden ? hidden[place] : place - hidden.count, determination: value)
        }
    }
}
