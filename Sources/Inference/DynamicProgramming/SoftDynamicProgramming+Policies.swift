import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension SoftDynamicProgramming {
    /// Up to this many states, linear systems are solved by elimination.
    static let eliminationLimit = 2000
    /// Policy iteration solves many systems, each from the values before: up to this many states.
    static let repeatedEliminationLimit = 300

    /// After this many sweeps a stored model's linear system is worth building.
    static let patience = 40

    /// V^π(s) of a stationary policy, in nats (reward units if hard): Σ γ^{t−1} (α r − log π / p).
    ///
    /// Few states are solved by elimination. Many are swept over; where that is slow, as it is for
    /// discounts near 1, `BiCGSTAB` goes on, and a last sweep certifies the error.
    ///
    /// - Throws: `DynamicProgrammingError`.
    public func evaluate(
        _ policy: [Double], discount: Double, stopping: Stopping = .init()
    ) throws(DynamicProgrammingError) -> [Double] {
        try check(policy)
        return try evaluate(
            policy, bellman(discount), tolerance: stopping.tolerance,
            maximumSweeps: stopping.maximumSweeps)
    }

    /// - Parameter centers: whether to return the middle of the bounds. Terminal states stay where
    ///   they are then, so that a further backup of the middle changes more than one of the iterate.
    func evaluate(
        _ policy: [Double], _ bellman: BellmanOperator, tolerance: Double, maximumSweeps: Int,
        eliminationLimit: Int = SoftDynamicProgramming.eliminationLimit,
        from guess: [Double]? = nil, centers: Bool = true
    ) throws(DynamicProgrammingError) -> [Double] {
        if bellman.discount == 1 && !bellman.surelyEnds(policy) { throw .improperPolicy }
        let entropy = bellman.entropies(policy)
        var next = Array(repeating: 0.0, count: pairs.states)
        if pairs.states <= eliminationLimit {
            // T_π 0 is the right-hand side.
            bellman.evaluate(
                policy, entropy: entropy, Array(repeating: 0, count: pairs.states), into: &next)
            let system = bellman.linearSystem(policy)
            guard let solved = try? LU(system).solution(next), solved.allSatisfy(\.isFinite) else {
                throw .notFinite
            }
            return solved
        }
        var values = guess ?? next
        var progress = Progress(
            bellman, .init(tolerance: tolerance, maximumSweeps: maximumSweeps))
        while true {
            bellman.evaluate(policy, entropy: entropy, values, into: &next)
            if try progress.isDone(values, &next) { return centers ? progress.values : next }
            swap(&values, &next)
            if progress.sweeps == SoftDynamicProgramming.patience, bellman.isStored {
                values = bellman.fixedPoint(policy, entropy, values, tolerance)
            }
        }
    }

    /// V^π_t(s) of a policy over its steps, in nats (reward units if hard), `[steps][states]`.
    public func evaluate(
        _ policy: [[Double]], discount: Double = 1
    ) throws(DynamicProgrammingError) -> [[Double]] {
        let bellman = bellman(discount)
        var values = Array(
            repeating: Array(repeating: 0.0, count: pairs.states), count: policy.count)
        var next = Array(repeating: 0.0, count: pairs.states)
        for t in policy.indices.reversed() {
            try check(policy[t])
            let entropy = bellman.entropies(policy[t])
            bellman.evaluate(policy[t], entropy: entropy, next, into: &values[t])
            next = values[t]
        }
        return values
    }

    /// L(π) of a policy over its steps, in nats (if hard, the scaled expected reward).
    public func bound(
        of policy: [[Double]], discount: Double = 1
    ) throws(DynamicProgrammingError) -> Double {
        guard let first = try evaluate(policy, discount: discount).first else { return 0 }
        return atStart(first) * rewardScale / scale
    }

    /// L(π) of a stationary policy without an end, in nats.
    public func bound(
        of policy: [Double], discount: Double
    ) throws(DynamicProgrammingError) -> Double {
        atStart(try evaluate(policy, discount: discount)) * rewardScale / scale
    }

    /// Σ_t γ^{t−1} p(s_t = s) under a stationary policy, `[states]`; sums to 1 / (1 − γ).
    ///
    /// - Parameters:
    ///   - policy: π(a | s), `[pairs]`.
    ///   - discount: γ below 1.
    ///   - stopping: for many states, the tolerance is on the sum of the errors of all states.
    public func occupancy(
        of policy: [Double], discount: Double, stopping: Stopping = .init()
    ) throws(DynamicProgrammingError) -> [Double] {
        if !(0..<1).contains(discount) { fail("occupancy", "discount \(discount)") }
        if pairs.states <= SoftDynamicProgramming.eliminationLimit {
            var system = bellman(discount).linearSystem(policy)
            for state in 0..<pairs.states where pairs.isTerminal(state) {
                system[state, state] = 1 - discount
            }
            do {
                return try LU(system.transposed).solution(model.start)
            } catch {
                throw .notFinite
            }
        }
        return try occupancyBySweeps(policy, discount, stopping)
    }

    /// Sums (γ P_πᵀ)^k start.
    ///
    /// The terms c tend to multiples of the chain's long-run law, each γ times the one before. What is
    /// left is then γ / (1 − γ) times the last, to within γ Σ |c′ − γ c| / (1 − γ)²; and it is never
    /// more than γ / (1 − γ) Σ |c′|.
    private func occupancyBySweeps(
        _ policy: [Double], _ discount: Double, _ stopping: Stopping
    ) throws(DynamicProgrammingError) -> [Double] {
        let forward = LawPropagation(model, threads: threads, steps: stopping.maximumSweeps)
        let factor = discount / (1 - discount)
        var (total, current) = (model.start, model.start)
        var next = current
        for sweep in 1...stopping.maximumSweeps {
            forward.advance(joint(current, policy), current, scale: discount, into: &next)
            var (mass, change) = (0.0, 0.0)
            for state in next.indices {
                total[state] += next[state]
                mass += abs(next[state])
                change += abs(next[state] - discount * current[state])
            }
            swap(&current, &next)
            let (left, unsettled) = (factor * mass, factor * change / (1 - discount))
            if !left.isFinite { throw .notFinite }
            if left <= stopping.tolerance { return total.map { max($0, 0) } }
            if unsettled <= stopping.tolerance {
                return zip(total, current).map { max($0 + factor * $1, 0) }
            }
            if sweep == stopping.maximumSweeps {
                throw .notConverged(
                    sweeps: sweep, residual: min(left, unsettled), tolerance: stopping.tolerance)
            }
            if sweep == SoftDynamicProgramming.patience, model is TabularModel {
                total = bellman(discount).visits(policy, total, stopping.tolerance)
                // What the solution lacks is the series of its residual.
                forward.advance(joint(total, policy), total, scale: discount, into: &next)
                for state in next.indices {
                    current[state] = model.start[state] + next[state] - total[state]
                    total[state] += current[state]
                }
            }
        }
        return total
    }
}
