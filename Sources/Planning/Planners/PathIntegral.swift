import OptimistCore
import OptimistTorch

/// Model-predictive path integral control: every draw counts, by its exponentiated score
/// (Williams et al. 2017).
///
/// As inference: with the prior ratio, the fixed point is the mean of the posterior
/// q(a) ∝ N(a; 0, Σ) exp(J(a) / temperature); without it the prior moves with the plan, and
/// passes converge to the optimum of J.
public struct PathIntegral: Planner {
    /// Sequences drawn in a pass.
    public var candidates = 500
    /// Passes.
    public var iterations = 1
    /// The deviation of the noise.
    public var deviation = 1.0
    /// The temperature, in reward.
    public var temperature = 1.0
    /// Whether draws are weighed against the prior N(0, Σ).
    public var usesPriorRatio = true
    /// The share of draws that should count: if given, the temperature is searched for each state
    /// so that the effective sample size is this share of the candidates.
    public var targetEffectiveShare: Double?
    /// Weight of fresh noise against the step before (1 for independent steps), as in PDDM
    /// (Nagabandi et al. 2019).
    public var noiseFilter = 1.0
    /// Whether draws are clipped to the box.
    public var clips = true

    /// A planner with the defaults above.
    public init() {}

    /// Improves the memory's plan by the given number of passes.
    public func plan(
        _ problem: PlanningProblem, from memory: inout PlanMemory, using generator: inout Generator
    ) throws -> Plan {
        if candidates < 1 || iterations < 1 || !(temperature > 0) || !(deviation > 0) {
            fail("PathIntegral", "\(self)")
        }
        var result: Plan?
        for pass in 1...iterations {
            result = try improve(problem, &memory, evaluations: pass * candidates, &generator)
        }
        return result!
    }

    private func improve(
        _ problem: PlanningProblem, _ memory: inout PlanMemory, evaluations: Int,
        _ generator: inout Generator
    ) throws -> Plan {
        let mean = memory.mean.unsqueezed(axis: 1)
        var sequences = mean + noise(problem, like: mean, using: &generator)
        if clips { sequences = problem.box.clamp(sequences) }
        let noise = sequences - mean
        let scores = try problem.scores(of: sequences, using: &generator)
        let weights = weigh(scores, mean, noise)
        memory.mean = memory.mean + (weights.reshaped(weights.shape + [1, 1]) * noise).sum(axis: 1)
        let finite = Tensor.where(weights .> 0, scores, Tensor.zeros(like: scores))
        return Plan(
            actions: memory.mean, deviation: nil, bestScore: scores.max(axis: 1),
            expectedScore: (weights * finite).sum(axis: 1),
            effectiveSampleSize: weights.square().sum(axis: 1).reciprocal(),
            evaluations: evaluations)
    }

    /// `[state, candidate, horizon, action]`.
    private func noise(
        _ problem: PlanningProblem, like mean: Tensor, using generator: inout Generator
    ) -> Tensor {
        let shape = [problem.states, candidates, problem.horizon, problem.box.width]
        let white =
            Tensor.normal(
                shape, type: mean.elementType, device: mean.device, using: &generator) * deviation
        guard noiseFilter < 1 else { return white }
        var last = white.select(axis: 2, 0) * noiseFilter
        var steps = [last]
        for step in 1..<problem.horizon {
            last = white.select(axis: 2, step) * noiseFilter + last * (1 - noiseFilter)
            steps.append(last)
        }
        return Tensor.stacked(steps, axis: 2)
    }

    /// Normalized weights `[state, candidate]`.
    private func weigh(_ scores: Tensor, _ mean: Tensor, _ noise: Tensor) -> Tensor {
        // log N(0, Σ) / N(mean, Σ) of a draw, up to a constant; free of the temperature.
        let ratio =
            usesPriorRatio
            ? (mean * noise).sum(axes: [2, 3]) * (-1 / (deviation * deviation))
            : Tensor.zeros(like: scores)
        func weights(_ temperature: Tensor) -> Tensor {
            (scores / temperature + ratio).softmax(axis: 1)
        }
        let states = scores.shape[0]
        guard let share = targetEffectiveShare else {
            return weights(.full([states, 1], temperature, type: scores.elementType))
        }
        return weights(search(share, states, scores, weights))
    }

    /// The temperature of each state, by bisection of its logarithm.
    private func search(
        _ share: Double, _ states: Int, _ scores: Tensor, _ weights: (Tensor) -> Tensor
    ) -> Tensor {
        var low = Tensor.full([states, 1], -14, type: scores.elementType)
        var high = Tensor.full([states, 1], 14, type: scores.elementType)
        for _ in 0..<40 {
            let middle = (low + high) * 0.5
            let size = weights(middle.exp() * temperature).square()
                .sum(axis: 1, keepingDimensions: true).reciprocal()
            let tooFew = size .< share * Double(candidates)
            low = Tensor.where(tooFew, middle, low)
            high = Tensor.where(tooFew, high, middle)
        }
        return ((low + high) * 0.5).exp() * temperature
    }
}
