import OptimistCore
import OptimistPlanning
import OptimistProbability
import OptimistTorch

/// What plans came to since the last round of updates.
struct PlanStatistics: Codable {
    private var plans = 0
    private var iterations = 0.0
    private var divergence = 0.0
    private var effectiveSampleSize = 0.0
    private var information = 0.0
    private var temperature = 0.0
    private var improvement = 0.0
    private var standardError = 0.0
    // Checkpoints of earlier versions have none.
    private var distinctRoots: Double? = 0

    mutating func add<Law>(_ plan: ActionPosterior<Law>) {
        let count = plan.divergence.count
        plans += count
        iterations += Double(plan.iterations * count)
        divergence += plan.divergence.sum().item()
        effectiveSampleSize += plan.effectiveSampleSize?.sum().item() ?? .nan
        information += plan.information?.sum().item() ?? .nan
        temperature += plan.temperature?.sum().item() ?? .nan
        improvement += plan.lastImprovement?.sum().item() ?? .nan
        // Of the action whose worth is known least.
        standardError += plan.values?.standardError?.max(axis: 1).sum().item() ?? .nan
        distinctRoots = (distinctRoots ?? .nan) + (plan.distinctRoots?.sum().item() ?? .nan)
    }

    /// Means over plans; what a planner does not tell is left out.
    var metrics: [Metric] {
        if plans == 0 { return [] }
        let sums = [
            ("iterations", iterations), ("divergence", divergence),
            ("effectiveSampleSize", effectiveSampleSize), ("information", information),
            ("temperature", temperature), ("improvement", improvement),
            ("standardError", standardError),
            ("distinctRoots", distinctRoots ?? .nan),
        ]
        return sums.filter { !$0.1.isNaN }.map { Metric("plan." + $0.0, $0.1 / Double(plans)) }
    }
}

extension ActionPosterior {
    /// What the last iteration added to the objective, `[state]`, in nats.
    fileprivate var lastImprovement: Tensor? {
        objective.flatMap { trace in
            let last = trace.mean.shape[0] - 1
            return last > 0 ? trace.mean[last] - trace.mean[last - 1] : nil
        }
    }
}

/// Sums over a round of updates: losses, and what inference gains by iterations.
struct LossSums {
    private var model: Tensor?
    private var distillation: Tensor?
    private var value: Tensor?
    private var improvement: Tensor?
    private var count = 0

    mutating func add<H: Habit>(_ result: GenerativeObjective<H>.Result) {
        withoutGradient {
            count += 1
            model = model.map { $0 + result.model } ?? result.model
            if let loss = result.distillation {
                distillation = distillation.map { $0 + loss } ?? loss
            }
            if let loss = result.value { value = value.map { $0 + loss } ?? loss }
            if let gain = result.improvement { improvement = improvement.map { $0 + gain } ?? gain }
        }
    }

    /// Means over updates.
    var metrics: [Metric] {
        [
            ("loss.model", model), ("loss.distillation", distillation), ("loss.value", value),
            ("inference.improvement", improvement),
        ].compactMap { name, sum in
            sum.map { Metric(name, $0.item() / Double(count)) }
        }
    }
}
