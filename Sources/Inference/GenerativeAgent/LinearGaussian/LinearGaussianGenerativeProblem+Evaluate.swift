import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// The bound of a linear-Gaussian posterior, exactly, with what it is made of.
public struct LinearGaussianEvaluation: Sendable, Equatable {
    /// The terms of each arrival and of the action after it, in nats.
    public var steps: [Bound<Double>]
    /// Their sum.
    public var total: Bound<Double>
    /// E[Σ log p_a(x | z)], the first part of the information gain.
    public var logLikelihood: Double
    /// E[Σ log p_a(x | …)], the second part.
    public var logMarginal: Double
    /// The expected sum of rewards, in reward units.
    public var expectedReturn: Double
    /// The law of the environment's state at each arrival.
    public var states: [GaussianMoments]
}

extension LinearGaussianGenerativeProblem {
    /// The four terms of the bound under any linear-Gaussian posterior, by one pass forward in time.
    ///
    /// - Parameters:
    ///   - posterior: one of this problem.
    ///   - reward: what states pay in place of the problem's costs, actions then being free; nil for
    ///     the costs. Its mean is a closed form, its optimum is not.
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` where a law of the posterior, or the prior
    ///   of a state, is singular: a divergence is infinite then.
    public func evaluate(
        _ posterior: LinearGaussianGenerativePosterior,
        paying reward: ExponentialQuadraticReward? = nil
    ) throws -> LinearGaussianEvaluation {
        if posterior.states.count != actions + 1 || posterior.actions.count != actions + 1 {
            fail(
                "LinearGaussianGenerativeProblem.evaluate",
                "a posterior of \(posterior.states.count) arrivals for \(actions + 1)")
        }
        var walk = try LinearGaussianWalk(self, posterior, reward)
        for step in 0...actions { try walk.advance(step) }
        return walk.evaluation
    }
}

/// A forward pass over the law of (m, f⁻, x), then with (z) and (a) beside it.
private struct LinearGaussianWalk {
    private let problem: LinearGaussianGenerativeProblem
    private let posterior: LinearGaussianGenerativePosterior
    private let paid: ExponentialQuadraticReward?
    /// The law of (m, f⁻, x) of the next arrival.
    private var arriving: GaussianMoments
    /// What the action before the next arrival earned, in reward units.
    private var earned = 0.0
    private var steps: [Bound<Double>] = []
    private var states: [GaussianMoments] = []
    private var (logLikelihood, logMarginal, expectedReturn) = (0.0, 0.0, 0.0)

    init(
        _ problem: LinearGaussianGenerativeProblem,
        _ posterior: LinearGaussianGenerativePosterior, _ paid: ExponentialQuadraticReward?
    ) throws {
        (self.problem, self.posterior, self.paid) = (problem, posterior, paid)
        arriving = GaussianMoments(
            mean: try problem.firstPrediction(),
            covariance: problem.spread(0, ofBelief: true))
    }

    mutating func advance(_ step: Int) throws {
        let (outer, inner, action, seen) = problem.sizes
        let filter = problem.filtering(step)
        let correction = problem.arrivals[step].agent
        let widths = [outer, inner, seen, inner]
        // (m, f⁻, x, z), z drawn by q from (m, f).
        let inferred = extended(arriving, by: posterior.states[step], of: filter)
        let gain = try gain(inferred, correction, step, widths)
        let consistency = try divergence(
            inferred, of: posterior.states[step],
            from: .stacked([[nil, .identity(inner), nil, nil]], rows: [inner], columns: widths),
            spread: correction.prior)
        // (m, f⁻, x, z, a), a drawn by q from (m, f, z).
        let known = Matrix.stacked(
            [[filter.matrix, nil], [nil, .identity(inner)]],
            rows: [outer + inner, inner], columns: [outer + inner + seen, inner])
        let offset = filter.offset + Array(repeating: 0, count: inner)
        let acted = extended(inferred, by: posterior.actions[step], of: (known, offset))
        let cost = try divergence(
            acted, of: posterior.actions[step],
            from: .stacked(
                [[nil, nil, nil, -problem.habit.gain, nil]], rows: [action],
                columns: widths + [action]),
            offset: problem.habit.offset, spread: problem.habit.covariance)
        record(step, gain, consistency, cost)
        if step < problem.actions { move(acted, known, offset, to: step + 1) }
    }

    /// The law of (u, v), v drawn by a factor from an affine function of u.
    private func extended(
        _ law: GaussianMoments, by factor: LinearGaussianGenerativePosterior.Factor,
        of map: (matrix: Matrix, offset: [Double])
    ) -> GaussianMoments {
        let (size, added) = (law.mean.count, factor.matrix.rows)
        var offset = factor.matrix * map.offset
        add(factor.offset, times: 1, to: &offset)
        var noise = Matrix(rows: size + added, columns: size + added)
        noise.setBlock(row: size, column: size, factor.noise)
        return law.propagated(
            through: .stacked(
                [[.identity(size)], [factor.matrix * map.matrix]], rows: [size, added],
                columns: [size]),
            offset: Array(repeating: 0, count: size) + offset, noise: noise)
    }

    /// E[log p_a(x | z)] − E[log p_a(x | …)].
    private mutating func gain(
        _ law: GaussianMoments, _ correction: LinearGaussianArrival.Correction, _ step: Int,
        _ widths: [Int]
    ) throws -> Double {
        let (agent, seen) = (problem.agent, problem.sizes.seen)
        let offset = agent.emissionOffset.map { -$0 }
        func density(_ blocks: [Matrix?], _ spread: Matrix) throws -> Double {
            let map = Matrix.stacked([blocks], rows: [seen], columns: widths)
            return try law.expectedLogDensity(of: map, offset, spread: spread)
        }
        let likelihood = try density(
            [nil, nil, .identity(seen), -agent.emission], problem.model.emissionNoise[step])
        let marginal = try density(
            [nil, -agent.emission, .identity(seen), nil], correction.spread)
        logLikelihood += likelihood
        logMarginal += marginal
        return likelihood - marginal
    }

    /// The mean divergence of a factor, which drew the last numbers of the law, from a prior whose
    /// mean is an affine function of the others.
    private func divergence(
        _ law: GaussianMoments, of factor: LinearGaussianGenerativePosterior.Factor,
        from prior: Matrix, offset: [Double]? = nil, spread: Matrix
    ) throws -> Double {
        let (size, drawn) = (law.mean.count, factor.matrix.rows)
        // v minus the prior's mean.
        var map = -prior
        for index in 0..<drawn { map[index, size - drawn + index] += 1 }
        let offset = offset ?? Array(repeating: 0, count: drawn)
        let density = try law.expectedLogDensity(of: map, offset.map { -$0 }, spread: spread)
        let volume = try Cholesky(factor.noise).logDeterminant
        let entropy = (Double(drawn) * (log(2 * Double.pi) + 1) + volume) / 2
        return -entropy - density
    }

    private mutating func record(
        _ step: Int, _ gain: Double, _ consistency: Double, _ cost: Double
    ) {
        let outer = problem.sizes.outer
        let spread = problem.arrivals[step].environment.posterior
        let state = GaussianMoments(
            mean: Array(arriving.mean[0..<outer]),
            covariance: arriving.covariance.block(rows: 0..<outer, columns: 0..<outer) + spread)
        states.append(state)
        let reward =
            earned
            + (paid?.expectation(under: state)
                ?? problem.stateReward(final: step == problem.actions).expectation(state))
        expectedReturn += reward
        let scaled = problem.rewardScale * (reward - problem.rewardOffset)
        steps.append(bound(scaled, gain, consistency, cost, scope: .trajectory(steps: 1)))
    }

    private mutating func move(
        _ law: GaussianMoments, _ known: Matrix, _ offset: [Double], to step: Int
    ) {
        let (outer, inner, action, seen) = problem.sizes
        // (m, f, z, a) of (m, f⁻, x, z, a).
        let pick = Matrix.stacked(
            [[known, nil], [nil, .identity(action)]], rows: [outer + inner + inner, action],
            columns: [outer + inner + seen + inner, action])
        let here = law.propagated(
            through: pick, offset: offset + Array(repeating: 0, count: action),
            noise: Matrix(rows: pick.rows, columns: pick.rows))
        if paid == nil {
            let pair = Matrix.stacked(
                [[.identity(outer), nil, nil, nil], [nil, nil, nil, .identity(action)]],
                rows: [outer, action], columns: [outer, inner, inner, action])
            earned = problem.actionReward.composed(pair).expectation(here)
        }
        let ahead = problem.prediction()
        arriving = here.propagated(
            through: ahead.matrix, offset: ahead.offset,
            noise: problem.spread(step, ofBelief: true))
    }

    private func bound(
        _ reward: Double, _ gain: Double, _ consistency: Double, _ cost: Double,
        scope: BoundScope
    ) -> Bound<Double> {
        Bound(
            reward: reward, informationGain: gain, stateConsistency: consistency,
            actionConsistency: cost,
            context: BoundContext(
                scope: scope, source: .exact, rewardScale: problem.rewardScale,
                rewardOffset: problem.rewardOffset))
    }

    var evaluation: LinearGaussianEvaluation {
        func sum(_ term: (Bound<Double>) -> Double?) -> Double {
            steps.reduce(0) { $0 + (term($1) ?? 0) }
        }
        return LinearGaussianEvaluation(
            steps: steps,
            total: bound(
                sum(\.reward), sum(\.informationGain), sum(\.stateConsistency),
                sum(\.actionConsistency), scope: .trajectory(steps: steps.count)),
            logLikelihood: logLikelihood, logMarginal: logMarginal,
            expectedReturn: expectedReturn, states: states)
    }
}

extension GaussianMoments {
    /// E[log N(M v + offset; 0, spread)] for v of this law, in nats.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` where the spread is not.
    fileprivate func expectedLogDensity(
        of map: Matrix, _ offset: [Double], spread: Matrix
    ) throws(LinearAlgebraError) -> Double {
        let factor = try Cholesky(spread)
        var difference = map * mean
        add(offset, times: 1, to: &difference)
        return factor.logGaussianDensity(difference)
            - factor.solution(map.sandwich(covariance)).trace / 2
    }
}
