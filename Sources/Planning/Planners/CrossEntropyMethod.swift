import OptimistCore
import OptimistTorch

/// The cross-entropy method: a Gaussian over action sequences, fitted again and again to the best
/// of its own draws (Rubinstein 1999; for control Chua et al. 2018, Pinneri et al. 2020).
///
/// As inference: the likelihood of optimality is the indicator of being among the best, and both
/// moments of the Gaussian posterior are matched to it.
public struct CrossEntropyMethod: Planner {
    /// How candidates are drawn and what is kept.
    public enum Variant: String, CaseIterable, Sendable, Codable {
        /// Draws truncated at two deviations, the deviation limited so that they lie in the box;
        /// the variance is smoothed.
        case pets
        /// Normal draws, clipped to the box; the variance is smoothed.
        case clipped
        /// Coloured noise, clipped; elites are kept between iterations and steps, populations
        /// shrink, the deviation is smoothed, the best sequence is acted on.
        case icem
    }

    /// What the plan's actions are.
    public enum Choice: String, CaseIterable, Sendable, Codable {
        /// The mean of the fitted Gaussian.
        case mean
        /// The best sequence of the last iteration.
        case best
    }

    /// How candidates are drawn.
    public var variant = Variant.pets
    /// Sequences drawn in the first iteration.
    public var candidates = 500
    /// Best sequences that the Gaussian is fitted to.
    public var elites = 50
    /// Iterations.
    public var iterations = 5
    /// Weight of the old moments when new ones come.
    public var smoothing = 0.1
    /// The deviation that a search starts with; nil for half the box's half range (`pets`), or
    /// half of it (`icem`), or all of it (`clipped`).
    public var initialDeviation: Double?
    /// The deviation never falls below this.
    public var deviationFloor = 0.0
    /// `pets` stops where every variance has fallen below this.
    public var stopVariance = 1e-3
    /// `icem`: the exponent of the noise's power spectrum over time, 0 for white.
    public var noiseExponent = 2.0
    /// `icem`: the factor by which populations shrink from one iteration to the next.
    public var decay = 1.25
    /// `icem`: the share of elites that is kept.
    public var keptElites = 0.3
    /// What is acted on; nil for the variant's own: the mean, or the best with `icem`.
    public var choice: Choice?

    /// A method with the defaults of PETS.
    public init(_ variant: Variant = .pets) { self.variant = variant }

    /// Searches from the memory's mean.
    public func plan(
        _ problem: PlanningProblem, from memory: inout PlanMemory, using generator: inout Generator
    ) throws -> Plan {
        check()
        var search = Search(self, problem, memory)
        for iteration in 0..<iterations {
            if variant == .pets, search.hasConverged(below: stopVariance) { break }
            try search.iterate(iteration, using: &generator)
        }
        memory.mean = search.mean
        memory.elites = variant == .icem ? search.elites : nil
        return search.plan(choice ?? (variant == .icem ? .best : .mean))
    }

    /// The last action repeats with `icem`, else the middle of the box.
    public func fill(for memory: PlanMemory, in box: ActionBox) -> Tensor {
        guard variant == .icem else { return box.middle }
        return memory.mean.select(axis: 1, -1).unsqueezed(axis: 1)
    }

    private func check() {
        if elites < 1 || elites > candidates || iterations < 1 {
            fail(
                "CrossEntropyMethod",
                "\(elites) elites of \(candidates) candidates in \(iterations) iterations")
        }
    }

    /// Sequences drawn in an iteration.
    func population(_ iteration: Int) -> Int {
        guard variant == .icem else { return candidates }
        return (0..<iteration).reduce(candidates) { size, _ in
            max(2 * elites, Int(Double(size) / decay))
        }
    }

    /// The deviation that a search starts with, `[action]`.
    func startDeviation(in box: ActionBox) -> Tensor {
        if let initialDeviation {
            return variant == .icem
                ? box.halfRange * initialDeviation : Tensor.full(like: box.low, initialDeviation)
        }
        return variant == .clipped ? box.halfRange : box.halfRange * 0.5
    }
}
