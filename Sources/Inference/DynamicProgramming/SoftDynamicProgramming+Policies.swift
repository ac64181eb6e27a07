import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension SoftDynamicProgramming {
    /// Up to this many states, linear systems are solved by elimination.
    static let eliminationLimit = 2000

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

    func evaluate(
        _ policy: [Double], _ bellman: BellmanOperator, tolerance: Double, maximumSweeps: Int
    ) throws(DynamicProgrammingError) -> [Double] {
        if bellman.discount == 1 && !bellman.surelyEnds(policy) { throw .improperPolicy }
        let entropy = bellman.entropies(policy)
        var next = Array(repeating: 0.0, count: pairs.states)
        var values = next
        if pairs.states <= SoftDynamicProgramming.eliminationLimit {
            // T_π 0 is the right-hand side.
            bellman.evaluate(policy, entropy: entropy, values, into: &next)
            let system = bellman.linearSystem(policy)
            guard let solved = try? LU(system).solution(next), solved.allSatisfy(\.isFinite) else {
                throw .notFinite
            }
            return solved
        }
        var progress = Progress(
            bellman, .init(tolerance: tolerance, maximumSweeps: maximumSweeps))
        while true {
            bellman.evaluate(policy, entropy: entropy, values, into: &next)
            if try progress.isDone(values, &next) { return progress.values }
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

    /// d ← start + γ P_πᵀ d until what is still on its way is within the tolerance.
    private func occupancyBySweeps(
        _ policy: [Double], _ discount: Double, _ stopping: Stopping
    ) throws(DynamicProgrammingError) -> [Double] {
        let forward = LawPropagation(model, threads: threads, steps: stopping.maximumSweeps)
        var (total, next) = (model.start, model.start)
        for sweep in 1...stopping.maximumSweeps {
            forward.advance(joint(total, policy), total, scale: discount, into: &next)
            var change = 0.0
            for state in next.indices {
                next[state] += model.start[state]
                change += abs(next[state] - total[state])
            }
            swap(&total, &next)
            let left = change * discount / (1 - discount)
            if !left.isFinite { throw .notFinite }
            if left <= stopping.tolerance { return total }
            if sweep == stopping.maximumSweeps {
                throw .notConverged(
                    sweeps: sweep, residual: left, tolerance: stopping.tolerance)
            }
            if sweep == SoftDynamicProgramming.patience, model is TabularModel {
                total = bellman(discount).visits(policy, total, stopping.tolerance)
            }
        }
        return total
    }
}
