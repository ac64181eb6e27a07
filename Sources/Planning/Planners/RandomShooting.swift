import OptimistCore
import OptimistTorch

/// Random shooting: the best of many sequences drawn uniformly from the box.
///
/// As inference: the prior is uniform on the box, and the posterior is taken in the limit of an
/// infinite reward scale on the draws. It starts afresh at every step.
public struct RandomShooting: Planner {
    /// Sequences drawn.
    public let candidates: Int

    /// Random shooting with so many sequences.
    public init(candidates: Int) { self.candidates = candidates }

    /// Draws, scores, and takes the best.
    public func plan(
        _ problem: PlanningProblem, from memory: inout PlanMemory, using generator: inout Generator
    ) throws -> Plan {
        let sequences = problem.box.uniform(
            [problem.states, candidates, problem.horizon], using: &generator)
        let scores = try problem.scores(of: sequences, using: &generator)
        let best = sequences.elites(1, by: scores)
        memory.mean = best.sequences.select(axis: 1, 0)
        return Plan(
            actions: memory.mean, bestScore: best.scores.select(axis: 1, 0),
            expectedScore: best.scores.select(axis: 1, 0), evaluations: candidates)
    }
}
