import OptimistCore

extension SoftDynamicProgramming {
    /// How a discounted program is solved; all agree within the tolerance.
    public enum Method: Sendable, Equatable {
        /// Repeated Bellman backups.
        case valueIteration
        /// Exact evaluation and improvement: Newton's method on the Bellman equation.
        case policyIteration
        /// A backup, then a number of cheap evaluation sweeps of the policy found.
        case modifiedPolicyIteration(evaluationSweeps: Int)
    }

    /// When to stop.
    public struct Stopping: Sendable, Equatable {
        /// The largest error of V that is accepted, in nats (reward units if hard).
        public var tolerance: Double
        /// The most sweeps over all pairs.
        public var maximumSweeps: Int

        /// 1e-8 and a million sweeps unless said otherwise.
        public init(tolerance: Double = 1e-8, maximumSweeps: Int = 1_000_000) {
            if !(tolerance > 0) || maximumSweeps < 1 {
                fail("Stopping", "tolerance \(tolerance), \(maximumSweeps) sweeps")
            }
            self.tolerance = tolerance
            self.maximumSweeps = maximumSweeps
        }
    }

    /// Solves without an end.
    ///
    /// With δ the change by a backup and g = γ / (1 − γ), V* lies in [V + g min δ, V + g max δ]
    /// (MacQueen 1966). The middle is returned once half the width is within the tolerance. Terminal
    /// states count as δ = 0 and keep the value 0. With the discount 1, which asks for terminal states
    /// that every policy reaches, iteration stops at the first change within the tolerance.
    ///
    /// - Parameters:
    ///   - discount: γ in 0...1.
    ///   - method: modified policy iteration with 20 sweeps unless said otherwise.
    ///   - stopping: when to stop.
    /// - Throws: `DynamicProgrammingError`.
    public func solve(
        discount: Double, method: Method = .modifiedPolicyIteration(evaluationSweeps: 20),
        stopping: Stopping = .init()
    ) throws(DynamicProgrammingError) -> DiscountedSolution {
        let bellman = bellman(discount)
        var progress = Progress(bellman, stopping)
        progress.onSweep = onSweep
        switch method {
        case .valueIteration: try iterate(&progress, bellman, evaluationSweeps: 0)
        case .modifiedPolicyIteration(let sweeps):
            if sweeps < 0 { fail("SoftDynamicProgramming.solve", "\(sweeps) evaluation sweeps") }
            try iterate(&progress, bellman, evaluationSweeps: sweeps)
        case .policyIteration: try iteratePolicies(&progress, bellman, stopping)
        }
        return solution(progress, bellman)
    }

    private func iterate(
        _ progress: inout Progress, _ bellman: BellmanOperator, evaluationSweeps: Int
    ) throws(DynamicProgrammingError) {
        var values = Array(repeating: 0.0, count: pairs.states)
        var next = values
        var policy = Array(repeating: 0.0, count: evaluationSweeps > 0 ? pairs.count : 0)
        while true {
            if evaluationSweeps == 0 {
                bellman.backUp(values, into: &next)
            } else {
                policy.withUnsafeMutableBufferPointer {
                    bellman.backUp(values, into: &next, policy: $0.baseAddress)
                }
            }
            if try progress.isDone(values, &next) { return }
            swap(&values, &next)
            if evaluationSweeps == 0 { continue }
            let entropy = bellman.entropies(policy)
            for _ in 0..<evaluationSweeps {
                bellman.evaluate(policy, entropy: entropy, values, into: &next)
                swap(&values, &next)
            }
            progress.sweeps += evaluationSweeps
        }
    }

    private func iteratePolicies(
        _ progress: inout Progress, _ bellman: BellmanOperator, _ stopping: Stopping
    ) throws(DynamicProgrammingError) {
        var values = Array(repeating: 0.0, count: pairs.states)
        var (next, policy) = (values, Array(repeating: 0.0, count: pairs.count))
        // The first policy is the prior; if hard, the greedy one of the next reward.
        policy.withUnsafeMutableBufferPointer {
            let zero = bellman.discount == 0 || bellman.isSoft ? nil : $0.baseAddress
            bellman.backUp(values, into: &next, policy: zero)
        }
        if bellman.isSoft { policy = priorPolicy() }
        while true {
            values = try evaluate(
                policy, bellman, tolerance: stopping.tolerance / 10,
                maximumSweeps: stopping.maximumSweeps,
                eliminationLimit: SoftDynamicProgramming.repeatedEliminationLimit, from: values,
                centers: false)
            policy.withUnsafeMutableBufferPointer {
                bellman.backUp(values, into: &next, policy: $0.baseAddress)
            }
            if try progress.isDone(values, &next) { return }
        }
    }

    /// The prior as a policy; uniform where there is none.
    func priorPolicy() -> [Double] {
        let bellman = BellmanOperator(
            model: model, base: logPrior, discount: 0, isSoft: true, blocks: blocks)
        var (policy, ignored) = (logPrior, Array(repeating: 0.0, count: pairs.states))
        policy.withUnsafeMutableBufferPointer {
            bellman.backUp(ignored, into: &ignored, policy: $0.baseAddress)
        }
        return policy
    }

    private func solution(_ progress: Progress, _ bellman: BellmanOperator) -> DiscountedSolution {
        let values = progress.values
        var (ignored, policy) = (values, Array(repeating: 0.0, count: pairs.count))
        policy.withUnsafeMutableBufferPointer {
            bellman.backUp(values, into: &ignored, policy: $0.baseAddress)
        }
        let unit = scale
        let actionValues = bellman.actionValues(values, base: scaledRewards)
        return DiscountedSolution(
            values: values.map { $0 / unit }, actionValues: actionValues.map { $0 / unit },
            policy: policy, bound: atStart(values) * rewardScale / unit,
            certifiedError: progress.error.map { $0 / unit }, residuals: progress.residuals,
            sweeps: progress.sweeps)
    }
}

/// How far an iteration towards a fixed point has come.
struct Progress {
    let discount: Double
    let hasTerminals: Bool
    let pairs: StateActionPairs
    let stopping: SoftDynamicProgramming.Stopping
    var onSweep: (@Sendable (_ sweeps: Int, _ change: Double) -> Void)?
    var sweeps = 0
    var residuals: [Double] = []
    /// The values returned, and what they are known to.
    var values: [Double] = []
    var error: Double?

    init(_ bellman: BellmanOperator, _ stopping: SoftDynamicProgramming.Stopping) {
        discount = bellman.discount
        hasTerminals = bellman.hasTerminals
        pairs = bellman.pairs
        self.stopping = stopping
    }

    /// Takes note of one application of the operator; true if its fixed point is known well enough.
    mutating func isDone(
        _ values: [Double], _ next: inout [Double]
    ) throws(DynamicProgrammingError) -> Bool {
        sweeps += 1
        var (low, high) = (Double.infinity, -Double.infinity)
        for state in values.indices {
            let change = next[state] - values[state]
            if !change.isFinite { throw .notFinite }
            low = min(low, change)
            high = max(high, change)
        }
        if hasTerminals { (low, high) = (min(low, 0), max(high, 0)) }
        let residual = max(abs(low), abs(high))
        residuals.append(residual)
        onSweep?(sweeps, residual)
        if discount == 1 {
            if residual <= stopping.tolerance {
                self.values = next
                return true
            }
        } else {
            let factor = discount / (1 - discount)
            let error = factor * (high - low) / 2
            if error <= stopping.tolerance {
                finish(next, shift: factor * (high + low) / 2, error)
                return true
            }
        }
        if sweeps >= stopping.maximumSweeps {
            let known = discount == 1 ? residual : discount / (1 - discount) * (high - low) / 2
            throw .notConverged(sweeps: sweeps, residual: known, tolerance: stopping.tolerance)
        }
        return false
    }

    private mutating func finish(_ next: [Double], shift: Double, _ error: Double) {
        values = next
        for state in next.indices where !pairs.isTerminal(state) { values[state] += shift }
        self.error = error
    }
}
