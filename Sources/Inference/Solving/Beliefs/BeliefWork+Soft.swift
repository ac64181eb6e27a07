import Foundation
import OptimistCore

extension BeliefWork {
    /// The most beliefs of a soft plan.
    private static let beliefLimit = 20_000
    /// The most leaves of a tree where beliefs cannot be closed.
    private static let leafLimit = 2e6

    /// The bound of control as inference on beliefs.
    func soft() throws -> BeliefSolution {
        let law = try actionLaw()
        let temperature = 1 / solver.rewardScale
        solver.onStage?("beliefs that can be reached")
        let closed: BeliefMarkovModel
        do {
            closed = try BeliefMarkovModel(reachableIn: model, limit: Self.beliefLimit)
        } catch PartiallyObservedError.tooManyBeliefs where span.horizon != nil {
            return try tree(law, temperature)
        }
        let count = closed.beliefs.count
        solver.onStage?("soft values of \(count) beliefs")
        let program = try BeliefPlan.program(closed.model, temperature, law)
        if let horizon = span.horizon {
            try FreeMemory.require(
                [horizon, 2 * count + closed.model.pairs.count, 8],
                for: "a solution of \(horizon) steps of \(count) beliefs")
            let plan = try program.solve(horizon: horizon, discount: span.discount)
            let policies = (0..<horizon).map { t in
                BeliefTable(
                    beliefs: closed, temperature: temperature, prior: law,
                    later: t + 1 < horizon
                        ? plan.values[t + 1] : Array(repeating: 0, count: count),
                    shift: shift(steps: horizon - t), laterShift: shift(steps: horizon - t - 1))
            }
            let earned = try SoftDynamicProgramming(closed.model, objective: .hard)
                .bound(of: plan.policy, discount: span.discount)
            return solution(.soft, .exact, policies, .start, expectedReturn: earned)
        }
        let tolerance = solver.tolerance.map { $0 * temperature } ?? precision
        let plan = try BeliefPlan(
            closed, temperature: temperature, prior: law, tolerance: tolerance)
        let table = BeliefTable(
            beliefs: closed, temperature: temperature, prior: law, later: plan.values,
            shift: shift(steps: nil), laterShift: shift(steps: nil))
        let laws = closed.beliefs.map { plan.actionLaw($0) }
        let earned = try SoftDynamicProgramming(closed.model, objective: .hard).bound(
            of: closed.model.pairs.values(laws), discount: span.discount)
        return solution(
            .soft, .exact, [table],
            .beliefs(closed.beliefs, values: plan.values.map { $0 + table.shift }, laws: laws),
            expectedReturn: earned)
    }

    private func tree(_ law: [Double], _ temperature: Double) throws -> BeliefSolution {
        let horizon = span.horizon ?? 1
        let branches = Double(model.actionCount * model.observationCount)
        if pow(branches, Double(horizon - 1)) > Self.leafLimit {
            throw SolvingError.notOffered(
                "more than \(Self.beliefLimit) beliefs are reachable and \(horizon) steps branch "
                    + "too often for a tree: give a shorter horizon, or take point-based value "
                    + "iteration (--objective hard)")
        }
        if solver.prior == .none {
            throw SolvingError.notOffered(
                "without a prior this model is too large: take the uniform one")
        }
        solver.onStage?("tree of \(horizon) steps")
        let policies = (0..<horizon).map {
            BeliefTree(model, horizon: horizon - $0, temperature: temperature, prior: law)
        }
        return solution(.soft, .exact, policies, .start)
    }

    /// What leaving the prior out adds to a value: τ log |A| for each step to go.
    private func shift(steps: Int?) -> Double {
        guard solver.prior == .none else { return 0 }
        let step = log(Double(model.actionCount)) / solver.rewardScale
        let discount = model.discount
        guard let steps else { return step / (1 - discount) }
        return discount == 1
            ? step * Double(steps) : step * (1 - pow(discount, Double(steps))) / (1 - discount)
    }

    /// The prior as one law for all beliefs.
    private func actionLaw() throws -> [Double] {
        let uniform = Array(repeating: 1 / Double(model.actionCount), count: model.actionCount)
        guard case .table(let table) = solver.prior else { return uniform }
        let dynamics = model.dynamics
        do {
            _ = try solver.prior.logWeights(dynamics.pairs)
        } catch {
            throw SolvingError.prior(error)
        }
        let rows = (0..<dynamics.states).filter { !dynamics.pairs.isTerminal($0) }.map {
            Array(table[dynamics.pairs.range(of: $0)])
        }
        guard let first = rows.first, rows.allSatisfy({ $0 == first }) else {
            throw SolvingError.notOffered(
                "a prior that differs between states cannot be followed where states are not "
                    + "observed: give the same law for each")
        }
        return first
    }
}

/// Soft choice on a closed set of beliefs, by looking one step ahead.
private struct BeliefTable: BeliefPolicy {
    let beliefs: BeliefMarkovModel
    let temperature: Double
    let prior: [Double]
    /// V of the next step at each belief.
    let later: [Double]
    /// What leaving the prior out adds to the value of this step, and of the next.
    let shift: Double
    let laterShift: Double

    func value(_ belief: [Double]) -> Double {
        SoftChoice.value(ahead(belief), prior, temperature) + shift
    }

    func actionValues(_ belief: [Double]) -> [Double] {
        ahead(belief).map { $0 + beliefs.source.discount * laterShift }
    }

    func actionLaw(_ belief: [Double]) -> [Double] {
        SoftChoice.law(ahead(belief), prior, temperature)
    }

    private func ahead(_ belief: [Double]) -> [Double] {
        let source = beliefs.source
        return (0..<source.actionCount).map { action in
            var value = source.expectedReward(belief, action: action)
            for next in source.successors(belief, action: action) {
                guard let number = beliefs.number(of: next.belief) else { return -.infinity }
                value += source.discount * next.probability * later[number]
            }
            return value
        }
    }
}
