import OptimistCore
import OptimistTorch

/// Plans by ascending the gradient of the score with respect to the actions.
///
/// Actions are a = low + (high − low) · sigmoid(b); Adam moves b. The scorer's scores must be made
/// of tensor operations of the sequences, with means or fixed noise, so that gradients pass; its
/// parameters are left alone. Several restarts run side by side, and the best of them is taken.
public struct GradientPlanner: Planner {
    /// Restarts for each state; the first starts at the memory's plan, the others are drawn
    /// uniformly.
    public var restarts = 1
    /// Steps of Adam.
    public var iterations = 100
    /// The step size of Adam, in b.
    public var learningRate = 0.1
    /// Gradients of a restart longer than this are scaled down to it; nil for never.
    public var clippingNorm: Double?

    /// A planner with the defaults above.
    public init() {}

    /// Ascends, and takes the best restart.
    public func plan(
        _ problem: PlanningProblem, from memory: inout PlanMemory, using generator: inout Generator
    ) throws -> Plan {
        if restarts < 1 || iterations < 1 { fail("GradientPlanner", "\(self)") }
        var parameter = logits(of: starts(problem, memory, using: &generator), in: problem.box)
        var mean = Tensor.zeros(like: parameter)
        var square = Tensor.zeros(like: parameter)
        // Common random numbers: every iteration sees the same noise.
        let noise = generator.split(Int(truncatingIfNeeded: generator.next() >> 1))
        for step in 1...iterations {
            let gradient = try self.gradient(problem, at: parameter, noise)
            mean = mean * 0.9 + gradient * 0.1
            square = square * 0.999 + gradient.square() * 0.001
            let first = mean * (1 / (1 - Self.power(0.9, step)))
            let second = square * (1 / (1 - Self.power(0.999, step)))
            parameter = parameter + first / (second.sqrt() + 1e-8) * learningRate
        }
        let sequences = actions(parameter, in: problem.box)
        var draws = noise
        let scores = try withoutGradient { try problem.scores(of: sequences, using: &draws) }
        let best = sequences.elites(1, by: scores)
        memory.mean = best.sequences.select(axis: 1, 0)
        let score = best.scores.select(axis: 1, 0)
        return Plan(
            actions: memory.mean, bestScore: score, expectedScore: score,
            evaluations: restarts * (iterations + 1))
    }

    private func starts(
        _ problem: PlanningProblem, _ memory: PlanMemory, using generator: inout Generator
    ) -> Tensor {
        let remembered = memory.mean.unsqueezed(axis: 1)
        guard restarts > 1 else { return remembered }
        let drawn = problem.box.uniform(
            [problem.states, restarts - 1, problem.horizon], using: &generator)
        return Tensor.concatenated([remembered, drawn], axis: 1)
    }

    /// The scores' gradient by the parameters.
    package func gradient(
        _ problem: PlanningProblem, at parameter: Tensor, _ noise: Generator
    ) throws -> Tensor {
        let leaf = parameter.requiringGradient()
        var draws = noise
        let scores = try problem.scorer.scores(of: actions(leaf, in: problem.box), using: &draws)
        let gradient = gradients(of: scores.sum(), withRespectTo: [leaf])[0]
        guard let clippingNorm else { return gradient }
        let norm = gradient.square().sum(axes: [2, 3], keepingDimensions: true).sqrt()
        return gradient * (clippingNorm / norm.maximum(clippingNorm))
    }

    private func actions(_ parameter: Tensor, in box: ActionBox) -> Tensor {
        box.low + (box.high - box.low) * parameter.sigmoid()
    }

    /// The parameters of actions, kept a little inside the box.
    private func logits(of actions: Tensor, in box: ActionBox) -> Tensor {
        let share = ((actions - box.low) / (box.high - box.low)).clamped(1e-4, 1 - 1e-4)
        return share.log() - (1 - share).log()
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { product, _ in product * base }
    }
}
