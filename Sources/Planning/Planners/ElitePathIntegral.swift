import OptimistCore
import OptimistTorch

/// Path integral control over elites, the planner of TD-MPC2 (Hansen, Su and Wang 2024,
/// arXiv 2310.16828): the best draws count by their exponentiated score, and the Gaussian takes
/// both moments from them, its deviation kept within a range.
///
/// As inference: between the cross-entropy method, whose elites count alike, and the path integral,
/// where every draw counts and the deviation stands. With as many elites as candidates and a range
/// of a single deviation it is a path integral without the prior ratio.
public struct ElitePathIntegral: Planner {
    /// Sequences drawn in an iteration.
    public var candidates = 512
    /// Draws that count, the best ones.
    public var elites = 64
    /// Iterations.
    public var iterations = 6
    /// Where the deviation may lie; a search starts with the largest.
    public var deviations = 0.05...2.0
    /// The temperature, in reward.
    public var temperature = 2.0
    /// Whether the sequence to act on is an elite drawn by its weight; the mean otherwise.
    public var drawsElite = false

    /// A planner with the defaults above.
    public init() {}

    /// Improves the memory's plan; its mean is where the next search starts.
    public func plan(
        _ problem: PlanningProblem, from memory: inout PlanMemory, using generator: inout Generator
    ) throws -> Plan {
        if elites < 1 || elites > candidates || iterations < 1 || !(temperature > 0)
            || !(deviations.lowerBound > 0)
        {
            fail("ElitePathIntegral", "\(self)")
        }
        var deviation = Tensor.full(
            memory.mean.shape, deviations.upperBound, type: memory.mean.elementType)
        var last: (sequences: Tensor, scores: Tensor, weights: Tensor)!
        var bestScore: Tensor?
        for _ in 1...iterations {
            let sequences = draw(problem, memory.mean, deviation, using: &generator)
            let scores = try problem.scores(of: sequences, using: &generator)
            let best = sequences.elites(elites, by: scores)
            last = (best.sequences, best.scores, (best.scores / temperature).softmax(axis: 1))
            let top = last.scores.max(axis: 1)
            bestScore = bestScore.map { $0.maximum(top) } ?? top
            (memory.mean, deviation) = moments(last.sequences, last.weights)
        }
        return Plan(
            actions: drawsElite ? draw(last, using: &generator) : memory.mean,
            deviation: deviation, bestScore: bestScore!,
            expectedScore: (last.weights * last.scores).sum(axis: 1),
            effectiveSampleSize: last.weights.square().sum(axis: 1).reciprocal(),
            evaluations: iterations * candidates)
    }

    /// `[state, candidate, horizon, action]`.
    private func draw(
        _ problem: PlanningProblem, _ mean: Tensor, _ deviation: Tensor,
        using generator: inout Generator
    ) -> Tensor {
        let noise = Tensor.normal(
            [problem.states, candidates, problem.horizon, problem.box.width],
            type: mean.elementType, device: mean.device, using: &generator)
        return problem.box.clamp(mean.unsqueezed(axis: 1) + deviation.unsqueezed(axis: 1) * noise)
    }

    /// The weighted mean and deviation of elites, `[state, horizon, action]`.
    private func moments(_ sequences: Tensor, _ weights: Tensor) -> (Tensor, Tensor) {
        let wide = weights.reshaped(weights.shape + [1, 1])
        let mean = (wide * sequences).sum(axis: 1)
        let variance = (wide * (sequences - mean.unsqueezed(axis: 1)).square()).sum(axis: 1)
        return (mean, variance.sqrt().clamped(deviations.lowerBound, deviations.upperBound))
    }

    /// One elite of each state, drawn by weight, `[state, horizon, action]`.
    private func draw(
        _ found: (sequences: Tensor, scores: Tensor, weights: Tensor),
        using generator: inout Generator
    ) -> Tensor {
        let states = found.weights.shape[0]
        let weights = found.weights.doubles()
        let chosen = (0..<states).map { state in
            let row = Array(weights[state * elites..<(state + 1) * elites])
            return found.sequences.select(axis: 0, state)
                .select(axis: 0, generator.categorical(row))
        }
        return Tensor.stacked(chosen)
    }
}
