import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// The Fisher matrix of trajectories, natural gradients and trust-region steps.
@Suite struct NaturalGradientTests {
    private func program() throws -> SoftDynamicProgramming {
        try SoftDynamicProgramming(PolicyFixtures.three())
    }

    private func rewardGradient(_ horizon: Int = 3) throws -> [Double] {
        try SoftDynamicProgramming(PolicyFixtures.three(), objective: .hard)
            .gradient(logits: PolicyFixtures.logits, horizon: horizon)
    }

    private func fisher(_ horizon: Int = 3) throws -> SoftmaxFisher {
        let program = try program()
        return try program.trajectoryFisher(
            of: program.policy(logits: PolicyFixtures.logits), horizon: horizon)
    }

    @Test func `the known natural gradient, three ways`() throws {
        let (fisher, gradient) = (try fisher(), try rewardGradient())
        let found = fisher.naturalGradient(gradient)
        let expected = [0.272481, 0.348983, 0.192384]
        #expect(distance(PolicyFixtures.first(found), expected) < 5.01e-7)
        #expect(abs(dot(found, gradient) - 0.203762) < 5.01e-7)
        let inverse = try SymmetricEigen(fisher.matrix).map { $0 > 1e-12 ? 1 / $0 : 0 }
        #expect(distance(inverse * gradient, found) < 1e-12)
        let iterated = fisher.naturalGradient(
            gradient, damping: 0, iterations: 20, tolerance: 1e-14)
        #expect(distance(iterated.vector, found) < 1e-12)
        #expect(iterated.iterations <= 6)
        let damped = fisher.naturalGradient(
            gradient, damping: 0.1, iterations: 20, tolerance: 1e-14)
        var system = fisher.matrix
        system.addToDiagonal(0.1)
        #expect(distance(damped.vector, try LU(system).solution(gradient)) < 1e-12)
    }

    /// ∇ log Π π_t(a_t | s_t) by the logits of each step, flat.
    private func score(
        _ path: Enumeration.WeightedTrajectory, _ policy: [[Double]], _ model: TabularModel
    ) -> [Double] {
        var score = Array(repeating: 0.0, count: 18)
        for step in 0..<3 {
            for pair in model.pairs.range(of: path.states[step]) {
                let taken = path.pairs[step] == pair ? 1.0 : 0
                score[6 * step + pair] = taken - policy[step][pair]
            }
        }
        return score
    }

    @Test func `the Fisher matrix is the enumerated second moment of scores`() throws {
        let (program, model) = (try program(), try PolicyFixtures.three())
        var generator = Generator(seed: 5)
        let policies = PolicyFixtures.randomPolicy(program, steps: 3, &generator)
        let shared = Array(repeating: policies[0], count: 3)
        var stationary = Matrix(rows: 6, columns: 6)
        var timed = Matrix(rows: 18, columns: 18)
        Enumeration.trajectories(of: model, horizon: 3) { path in
            let one = score(path, shared, model)
            let each = score(path, policies, model)
            let sum = (0..<6).map { (index: Int) -> Double in
                one[index] + one[6 + index] + one[12 + index]
            }
            let sharedWeight = exp(path.logDynamics + path.logProbability(of: shared))
            let weight = exp(path.logDynamics + path.logProbability(of: policies))
            stationary = stationary + sharedWeight * Matrix.outer(sum, sum)
            timed = timed + weight * Matrix.outer(each, each)
        }
        let fisher = try program.trajectoryFisher(of: policies[0], horizon: 3)
        #expect((fisher.matrix - stationary).largestMagnitude < 1e-13)
        let blocks = try program.trajectoryFisher(of: policies)
        for row in 0..<18 {
            for column in 0..<18 {
                let inBlock = row / 6 == column / 6
                let found = inBlock ? blocks[row / 6].matrix[row % 6, column % 6] : 0
                #expect(abs(found - timed[row, column]) < 1e-13)
            }
        }
        let vector = (0..<6).map { _ in generator.normal() }
        #expect(distance(fisher.product(vector), fisher.matrix * vector) < 1e-14)
    }

    @Test func `without an end it is weighed by the discounted visits`() throws {
        let program = try program()
        let policy = program.policy(logits: PolicyFixtures.logits)
        let fisher = try program.trajectoryFisher(of: policy, discount: 0.9)
        #expect(abs(fisher.visits.reduce(0, +) - 10) < 1e-10)
        let hard = try SoftDynamicProgramming(PolicyFixtures.three(), objective: .hard)
        let gradient = try hard.gradient(logits: PolicyFixtures.logits, discount: 0.9)
        // For softmax policies the natural gradient is the advantage, but for a constant a state.
        let found = fisher.naturalGradient(gradient)
        let q = try hard.actionValues(of: policy, discount: 0.9)
        let half = PolicyFixtures.first(q.indices.map { 0.5 * (q[$0] - q[$0 ^ 1]) })
        #expect(distance(PolicyFixtures.first(found), half) < 1e-10)
    }

    @Test func `what is never met or done does not move`() throws {
        let fisher = try fisher(1)
        let gradient = try rewardGradient(1)
        let found = fisher.naturalGradient(gradient)
        #expect(found[2...].allSatisfy { $0 == 0 })
        #expect(found[0] != 0)
        let pairs = StateActionPairs(states: 1, actions: 3)
        let corner = SoftmaxFisher(pairs, policy: [0.25, 0, 0.75], visits: [2])
        let moved = corner.naturalGradient([0.3, 0, -0.3])
        let inverse = try SymmetricEigen(corner.matrix).map { $0 > 1e-12 ? 1 / $0 : 0 }
        #expect(distance(moved, inverse * [0.3, 0, -0.3]) < 1e-14)
    }

    @Test func `divergences in both directions agree to second order alone`() {
        let pairs = StateActionPairs(states: 1, actions: 2)
        let (skewed, even) = ([0.7, 0.3], [0.5, 0.5])
        let forward = SoftmaxFisher(pairs, policy: skewed, visits: [1]).divergence(to: even)
        let backward = SoftmaxFisher(pairs, policy: even, visits: [1]).divergence(to: skewed)
        #expect(abs(forward - 0.082283) < 5.01e-7)
        #expect(abs(backward - 0.087177) < 5.01e-7)
        let near = [0.5 + 1e-4, 0.5 - 1e-4]
        let fisher = SoftmaxFisher(pairs, policy: even, visits: [1])
        let step = near.map { log($0) }
        let quadratic = dot(step, fisher.product(step)) / 2
        #expect(abs(fisher.divergence(to: near) / quadratic - 1) < 1e-6)
    }

    @Test(arguments: [(1e-3, 0.9886), (1e-2, 0.9623)])
    func `the full step's divergence is the radius to second order`(
        radius: Double, ratio: Double
    ) throws {
        let region = TrustRegion(maximumDivergence: radius, attempts: 0)
        let step = try program().trustRegionStep(
            from: PolicyFixtures.logits, horizon: 3, region: region)
        #expect(abs(step.quadraticDivergence / radius - 1) < 1e-13)
        #expect(step.fraction == 1)
        #expect(abs(step.divergence / radius - ratio) < 5e-5)
        let natural = try fisher().naturalGradient(rewardGradient())
        let scale = step.fullStep[0][0] / natural[0]
        #expect(distance(step.fullStep[0], natural.map { scale * $0 }) < 1e-14)
    }

    @Test func `a step that is taken improves and stays inside`() throws {
        let program = try program()
        let model = try PolicyFixtures.three()
        var generator = Generator(seed: 21)
        var shortened = 0
        for round in 0..<60 {
            let region = TrustRegion(maximumDivergence: [1e-4, 1e-2, 0.3, 2][round % 4])
            let logits = (0..<6).map { _ in 1.5 * generator.normal() }
            let step = try program.trustRegionStep(from: logits, horizon: 3, region: region)
            #expect(step.divergence <= region.maximumDivergence)
            #expect(step.improvement >= 0)
            if step.fraction == 0 {
                #expect(step.logits == [logits] && step.improvement == 0)
                continue
            }
            if step.fraction < 1 { shortened += 1 }
            // Mean divergence and surrogate by enumeration.
            let (old, new) = (
                program.policy(logits: logits), program.policy(logits: step.logits[0])
            )
            let three = Array(repeating: old, count: 3)
            let hard = try SoftDynamicProgramming(model, objective: .hard)
            let (values, q) = (try hard.evaluate(three), try hard.actionValues(of: three))
            var (divergence, surrogate) = (0.0, 0.0)
            Enumeration.trajectories(of: model, horizon: 3) { path in
                let weight = exp(path.logDynamics + path.logProbability(of: three)) / 3
                for t in 0..<3 {
                    guard let pair = path.pairs[t] else { continue }
                    divergence += weight * log(old[pair] / new[pair])
                    let advantage = q[t][pair] - values[t][path.states[t]]
                    surrogate += weight * new[pair] / old[pair] * advantage
                }
            }
            #expect(abs(divergence - step.divergence) < 1e-12)
            #expect(abs(surrogate - step.improvement) < 1e-12)
        }
        #expect(shortened > 5)
    }

    @Test func `logits of each step have their own step`() throws {
        let program = try program()
        let region = TrustRegion(maximumDivergence: 1e-3)
        let logits = Array(repeating: PolicyFixtures.logits, count: 3)
        let free = try program.trustRegionStep(from: logits, region: region)
        let shared = try program.trustRegionStep(
            from: PolicyFixtures.logits, horizon: 3, region: region)
        #expect(free.logits.count == 3 && shared.logits.count == 1)
        #expect(free.divergence <= 1e-3)
        // More freedom, more improvement within the same radius.
        #expect(free.improvement > shared.improvement)
    }

    @Test func `the policy after a step does not depend on the parameters`() throws {
        let (program, fisher) = (try program(), try fisher())
        let gradient = try rewardGradient()
        let expected = program.policy(
            logits: try program.trustRegionStep(
                from: PolicyFixtures.logits, horizon: 3,
                region: TrustRegion(maximumDivergence: 0.003, attempts: 0)
            ).logits[0])
        var generator = Generator(seed: 13)
        for _ in 0..<5 {
            // θ = M⁻¹ φ: gradients and Fisher matrix of φ are M⁻ᵀ g and M⁻ᵀ F M⁻¹.
            var mixing = Matrix(
                rows: 6, columns: 6, (0..<36).map { _ in 0.4 * generator.normal() })
            mixing.addToDiagonal(1)
            let factor = try LU(mixing)
            let transposed = try LU(mixing.transposed)
            let right = try transposed.solution(gradient)
            let found = try conjugateGradient(
                apply: { try transposed.solution(fisher.product(factor.solution($0))) },
                rightHandSide: right, iterations: 50, tolerance: 1e-13)
            // δ is of the mean over three steps.
            let length = (2 * 0.003 / (dot(found.vector, right) / 3)).squareRoot()
            let step = try factor.solution(found.vector.map { length * $0 })
            let moved = program.policy(
                logits: zip(PolicyFixtures.logits, step).map { $0 + $1 })
            #expect(distance(moved, expected) < 1e-10)
        }
    }
}
