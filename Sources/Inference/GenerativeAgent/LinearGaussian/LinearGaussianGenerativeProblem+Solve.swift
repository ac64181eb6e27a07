import OptimistCore
import OptimistLinearAlgebra

extension LinearGaussianGenerativeProblem {
    /// The optimum of the bound and the posterior that attains it, by recursion backward in time:
    ///
    ///     Q_t(h, z, a) = E[log p(O | r) + U_{t+1}(h′)]
    ///     V_t(h, z) = log E_{a ~ p_a(a | z)} exp Q_t,   q*(a) ∝ p_a(a | z) exp Q_t
    ///     U_t(h) = log E_{z ~ p_a(z | h)} exp V_t,      q*(z) ∝ p_a(z | h) exp V_t
    ///
    /// It is maximum-entropy control of a linear-quadratic system where the habit does not depend on
    /// the state; else the state posterior leaves the filter, because a state steers the habit.
    ///
    /// - Returns: the bound in nats, and q*.
    /// - Throws: `LinearQuadraticError.evidenceDiverges` where a cost is so negative that the habit
    ///   or the filter does not hold it; `LinearGaussianError`.
    public func solve() throws -> (bound: Double, posterior: LinearGaussianGenerativePosterior) {
        var recursion = LinearGaussianRecursion(self, isEvidence: false)
        let value = try recursion.run()
        return (
            value,
            LinearGaussianGenerativePosterior(
                states: recursion.states.reversed(), actions: recursion.actions.reversed())
        )
    }

    /// log p(O = 1) in nats: the log of the mean of exp Σ log p(O | r) where the environment runs
    /// and the agent infers by its filter and acts by habit. No bound is above it.
    ///
    /// - Throws: `LinearQuadraticError.evidenceDiverges` where the mean is infinite.
    public func logEvidence() throws -> Double {
        var recursion = LinearGaussianRecursion(self, isEvidence: true)
        return try recursion.run()
    }

    /// What a state brings, in reward units.
    func stateReward(final: Bool) -> QuadraticValue {
        let cost = environment.problem.cost.ofState
        let paid = final ? environment.problem.finalCost ?? cost : cost
        return QuadraticValue(
            curvature: paid.curvature, slope: paid.slope, constant: -paid.constant)
    }

    /// What an action brings, a function of (e, a), in reward units.
    var actionReward: QuadraticValue {
        let cost = environment.problem.cost
        let (outer, _, action, _) = sizes
        return QuadraticValue(
            curvature: .stacked(
                [[nil, cost.cross], [cost.cross.transposed, cost.action]],
                rows: [outer, action], columns: [outer, action]),
            slope: Array(repeating: 0, count: outer) + cost.actionSlope, constant: 0)
    }
}

/// The recursion of the bound, over the environment's belief, or of the evidence, over its state.
private struct LinearGaussianRecursion {
    private let problem: LinearGaussianGenerativeProblem
    private let isEvidence: Bool
    /// The factors of the optimum, the last arrival's first.
    private(set) var states: [LinearGaussianGenerativePosterior.Factor] = []
    private(set) var actions: [LinearGaussianGenerativePosterior.Factor] = []

    init(_ problem: LinearGaussianGenerativeProblem, isEvidence: Bool) {
        self.problem = problem
        self.isEvidence = isEvidence
    }

    /// The value before anything arrived.
    mutating func run() throws -> Double {
        let (outer, inner, action, _) = problem.sizes
        let last = problem.actions
        let toOuter = Matrix.stacked(
            [[.identity(outer), nil]], rows: [outer], columns: [outer, inner])
        var value = stateValue(last, final: true).composed(toOuter)
        let resting = problem.habitual
        states.append(resting.states[last])
        actions.append(resting.actions[last])
        let pick = Matrix.stacked(
            [[.identity(outer), nil, nil, nil], [nil, nil, nil, .identity(action)]],
            rows: [outer, action], columns: [outer, inner, inner, action])
        for step in (0..<last).reversed() {
            let ahead = problem.transition(to: step + 1, ofBelief: !isEvidence)
            value = try expectation(of: value, ahead.noise, step)
                .composed(ahead.matrix, ahead.offset)
                .plus(problem.actionReward.scaled(by: problem.rewardScale).composed(pick))
            let acted = try tilted(value, by: problem.habitFactor, step)
            let inferred = try tilted(acted.value, by: resting.states[step], step)
            actions.append(acted.law)
            states.append(inferred.law)
            value = inferred.value.plus(stateValue(step, final: false).composed(toOuter))
        }
        let filter = problem.filtering(0)
        var first = filter.matrix * (try problem.firstPrediction())
        add(filter.offset, times: 1, to: &first)
        let noise = filter.matrix.sandwich(problem.spread(0, ofBelief: !isEvidence)).symmetrized
        return try expectation(of: value, noise, 0)(first)
    }

    /// What the state of an arrival costs; a belief pays for its spread, too.
    private func stateValue(_ step: Int, final: Bool) -> QuadraticValue {
        var value = problem.stateReward(final: final)
        value.constant -= problem.rewardOffset
        value = value.scaled(by: problem.rewardScale)
        if !isEvidence {
            let spread = problem.arrivals[step].environment.posterior
            value.constant -= (value.curvature * spread).trace / 2
        }
        return value
    }

    /// What a value is worth before the environment's chance: its mean, or for the evidence the log
    /// of the mean of its exponential.
    private func expectation(
        of value: QuadraticValue, _ noise: Matrix, _ step: Int
    ) throws -> QuadraticValue {
        if isEvidence {
            return try NoiseTilt(value, noise: noise, temperature: 1, step: step).value
        }
        var mean = value
        mean.constant -= (value.curvature * noise).trace / 2
        return mean
    }

    /// log E exp of a value of (u, v) over v ~ N(M u + offset, noise), and the law that is as likely
    /// as prior times exponentiated value.
    private func tilted(
        _ value: QuadraticValue, by prior: LinearGaussianGenerativePosterior.Factor, _ step: Int
    ) throws -> (value: QuadraticValue, law: LinearGaussianGenerativePosterior.Factor) {
        let (known, size) = (prior.matrix.columns, prior.matrix.rows)
        var noise = Matrix(rows: known + size, columns: known + size)
        noise.setBlock(row: known, column: known, prior.noise)
        let tilt = try NoiseTilt(value, noise: noise, temperature: 1, step: step)
        let place = Matrix.stacked(
            [[.identity(known)], [prior.matrix]], rows: [known, size], columns: [known])
        let offset = Array(repeating: 0, count: known) + prior.offset
        var mean = tilt.contraction * offset
        add(tilt.shift, times: 1, to: &mean)
        let rows = known..<known + size
        let law = LinearGaussianGenerativePosterior.Factor(
            matrix: (tilt.contraction * place).block(rows: rows, columns: 0..<known),
            offset: Array(mean[rows]), noise: tilt.covariance.block(rows: rows, columns: rows))
        return (tilt.value.composed(place, offset), law)
    }
}

extension QuadraticValue {
    /// V(M x + offset) as a function of x.
    func composed(_ matrix: Matrix, _ offset: [Double]? = nil) -> QuadraticValue {
        let offset = offset ?? Array(repeating: 0, count: matrix.rows)
        var pull = curvature * offset
        add(slope, times: 1, to: &pull)
        return QuadraticValue(
            curvature: Matrix.transposed(matrix, times: curvature * matrix).symmetrized,
            slope: Matrix.transposed(matrix, times: pull), constant: self(offset))
    }

    /// The value in another unit.
    func scaled(by factor: Double) -> QuadraticValue {
        QuadraticValue(
            curvature: factor * curvature, slope: slope.map { factor * $0 },
            constant: factor * constant)
    }

    /// The sum of two values of the same thing.
    func plus(_ other: QuadraticValue) -> QuadraticValue {
        var sum = self
        sum.curvature += other.curvature
        add(other.slope, times: 1, to: &sum.slope)
        sum.constant += other.constant
        return sum
    }
}
