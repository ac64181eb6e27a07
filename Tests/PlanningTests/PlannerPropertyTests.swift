import OptimistCore
import OptimistPlanning
import OptimistTorch
import Testing

@Suite struct PlannerPropertyTests {
    private let box = ActionBox(-1, 1, width: 2, type: .float64)

    private func problem(_ states: Int = 1, _ score: @escaping (Tensor) -> Tensor)
        -> PlanningProblem
    {
        PlanningProblem(
            states: states, horizon: 5, box: box, scorer: ClosureScorer(score: score))
    }

    private func planners() -> [any Planner] {
        var small = CrossEntropyMethod(.pets)
        small.candidates = 64
        small.elites = 8
        var clipped = small
        clipped.variant = .clipped
        var icem = small
        icem.variant = .icem
        var integral = PathIntegral()
        integral.candidates = 64
        return [small, clipped, icem, integral, RandomShooting(candidates: 64)]
    }

    @Test func `sequences lie in the box, truncated ones without clipping`() throws {
        for planner in planners() {
            var memory = PlanMemory(
                mean: Tensor([Double](repeating: 0.9, count: 10), shape: [1, 5, 2]))
            var generator = Generator(seed: 1)
            nonisolated(unsafe) var furthest = 0.0
            _ = try planner.plan(
                problem { sequences in
                    furthest = max(furthest, sequences.abs().max().item())
                    return -sequences.square().sum(axes: [2, 3])
                }, from: &memory, using: &generator)
            #expect(furthest <= 1)
            #expect(furthest > 0.5)
        }
    }

    @Test func `equal scores leave no trace of NaN and the mean where it was`() throws {
        for planner in planners() {
            var means: [Double] = []
            for seed in 0..<20 {
                var memory = PlanMemory(states: 1, horizon: 5, box: box)
                var generator = Generator(seed: UInt64(seed))
                let plan = try planner.plan(
                    problem { Tensor.zeros(Array($0.shape.prefix(2)), type: .float64) },
                    from: &memory, using: &generator)
                #expect(plan.actions.isFinite().all().item() == 1)
                means.append(plan.actions.mean().item())
            }
            let estimate = Estimate(of: means)
            #expect(abs(estimate.mean) < 4 * estimate.standardError! + 1e-12)
        }
    }

    @Test func `a score that is not finite is never chosen`() throws {
        for planner in planners() {
            var memory = PlanMemory(states: 1, horizon: 5, box: box)
            var generator = Generator(seed: 2)
            let plan = try planner.plan(
                problem { sequences in
                    // Sequences that begin to the right would be best, but have no score.
                    let first = sequences.select(axis: 2, 0).select(axis: 2, 0)
                    return Tensor.where(first .> 0, Tensor.full(like: first, .nan), first)
                }, from: &memory, using: &generator)
            #expect(plan.bestScore.item() <= 0)
            #expect(plan.actions.isFinite().all().item() == 1)
        }
    }

    @Test func `when no score is finite the planner says so`() {
        var memory = PlanMemory(states: 1, horizon: 5, box: box)
        var generator = Generator(seed: 2)
        #expect(throws: PlanningError.noFiniteScore(state: 0)) {
            _ = try PathIntegral().plan(
                problem { Tensor.full(Array($0.shape.prefix(2)), .nan, type: .float64) },
                from: &memory, using: &generator)
        }
    }

    @Test func `several states are planned from at once, each for itself`() throws {
        let targets = Tensor([0.5, -0.5, 0.1], shape: [3, 1, 1, 1])
        for planner in planners() {
            var memory = PlanMemory(states: 3, horizon: 5, box: box)
            var generator = Generator(seed: 4)
            for _ in 0..<8 {
                _ = try planner.plan(
                    problem(3) { -(($0 - targets).square().sum(axes: [2, 3]) * 20) },
                    from: &memory, using: &generator)
            }
            let found = memory.mean.mean(axes: [1, 2]).doubles()
            for (value, target) in zip(found, [0.5, -0.5, 0.1]) {
                #expect(abs(value - target) < 0.3)
            }
        }
    }

    @Test func `a constant and a common scale leave a path integral's plan unchanged`() throws {
        func plan(_ scale: Double, _ constant: Double) throws -> [Double] {
            var planner = PathIntegral()
            planner.temperature = scale
            var memory = PlanMemory(states: 1, horizon: 5, box: box)
            var generator = Generator(seed: 5)
            return try planner.plan(
                problem { -$0.square().sum(axes: [2, 3]) * scale + constant }, from: &memory,
                using: &generator
            ).actions.doubles()
        }
        let plain = try plan(1, 0)
        for (value, expected) in zip(try plan(1, 50), plain) {
            #expect(abs(value - expected) < 1e-9)
        }
        for (value, expected) in zip(try plan(8, 0), plain) {
            #expect(abs(value - expected) < 1e-9)
        }
    }

    @Test func `at low temperature one draw counts, at high temperature all do`() throws {
        func share(_ temperature: Double) throws -> Double {
            var planner = PathIntegral()
            planner.temperature = temperature
            planner.usesPriorRatio = false
            var memory = PlanMemory(states: 1, horizon: 5, box: box)
            var generator = Generator(seed: 6)
            let plan = try planner.plan(
                problem { -$0.square().sum(axes: [2, 3]) }, from: &memory, using: &generator)
            return plan.effectiveSampleSize!.item() / Double(planner.candidates)
        }
        #expect(abs(try share(1e-6) - 1.0 / 500) < 1e-6)
        #expect(try share(1e6) > 1 - 1e-6)
    }

    // With the prior's ratio the weights tend to exp(−Uᵀ Σ⁻¹ ε): the prior's mean, 0, is found
    // again from any plan, within the error of weighted draws.
    @Test func `at high temperature the prior's ratio leads back to the prior`() throws {
        var planner = PathIntegral()
        (planner.candidates, planner.temperature, planner.clips) = (200_000, 1e9, false)
        var memory = PlanMemory(states: 1, horizon: 5, box: box)
        memory.mean = memory.mean + 0.2
        var generator = Generator(seed: 8)
        let plan = try planner.plan(
            problem { -$0.square().sum(axes: [2, 3]) }, from: &memory, using: &generator)
        let error = 1 / plan.effectiveSampleSize!.item().squareRoot()
        #expect(error < 0.01)
        for action in plan.actions.doubles() { #expect(abs(action) < 5 * error) }
    }

    @Test func `the temperature is searched for a share of draws that count`() throws {
        var planner = PathIntegral()
        planner.targetEffectiveShare = 0.2
        var memory = PlanMemory(states: 2, horizon: 5, box: box)
        var generator = Generator(seed: 6)
        let scales = Tensor([1.0, 100.0], shape: [2, 1])
        let plan = try planner.plan(
            problem(2) { -$0.square().sum(axes: [2, 3]) * scales }, from: &memory,
            using: &generator)
        for size in plan.effectiveSampleSize!.doubles() { #expect(abs(size - 100) < 0.5) }
    }

    @Test func `a plan that is moved on is the plan delayed by one`() {
        var memory = PlanMemory(
            mean: Tensor((0..<10).map { Double($0) * 0.05 }, shape: [1, 5, 2]))
        let before = memory.mean.doubles()
        memory.shift(appending: box.middle)
        #expect(memory.mean.doubles() == Array(before[2...]) + [0, 0])
    }

    @Test func `an episode's start forgets its plan and no other`() {
        var memory = PlanMemory(mean: Tensor.full([3, 5, 2], 0.4, type: .float64))
        memory.reset([false, true, false], box: box)
        #expect(memory.mean.mean(axes: [1, 2]).doubles() == [0.4, 0, 0.4])
    }
}
