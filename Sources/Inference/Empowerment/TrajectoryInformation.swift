import Foundation
import OptimistCore

/// What each step of a trajectory tells of its end s_f = s_T, under a policy over steps.
///
/// By the chain rule, with s_f the last state of the trajectory,
///
///     H(s_f | s_0) = Σ_t I(a_t; s_f | s_t) + Σ_t I(s_{t+1}; s_f | s_t, a_t)
///
/// The first sum is the largest mean of the implicit intrinsic reward Σ log q(a_t | s_t, s_f) −
/// log π(a_t | s_t) (Gregor, Rezende and Wierstra 2016). The second is what the environment's own
/// noise contributes, 0 where no noise reaches the end. The reward leaves it out, and counts what an
/// action tells given the state that noise led to: in stochastic environments it is biased (Kwon
/// 2021), and may exceed the information that any set of options has.
public struct TrajectoryInformation: Equatable, Sendable {
    /// Σ_t I(a_t; s_f | s_t), in nats.
    public let ofActions: Double
    /// Σ_t I(s_{t+1}; s_f | s_t, a_t), in nats.
    public let ofNoise: Double

    /// H(s_f | s_0), in nats.
    public var endEntropy: Double { ofActions + ofNoise }

    /// What the steps of a policy tell.
    ///
    /// - Parameters:
    ///   - policy: π_t(a | s), `[steps][pairs]`, at least one step.
    ///   - model: where it acts; rewards play no part.
    ///   - start: s_0.
    public init(of policy: [[Double]], in model: any TransitionModel, from start: Int) {
        let pairs = model.pairs
        if policy.isEmpty || policy.contains(where: { $0.count != pairs.count })
            || !(0..<pairs.states).contains(start)
        {
            fail("TrajectoryInformation", "\(policy.count) steps from state \(start)")
        }
        var visits = Array(repeating: 0.0, count: pairs.states)
        visits[start] = 1
        var marginals = [visits]
        for law in policy {
            var (weights, next) = (law, Array(repeating: 0.0, count: pairs.states))
            for state in 0..<pairs.states {
                let range = pairs.range(of: state)
                if range.isEmpty { next[state] += marginals[marginals.count - 1][state] }
                for pair in range { weights[pair] *= marginals[marginals.count - 1][state] }
            }
            model.distribute(weights, scale: 1, into: &next)
            marginals.append(next)
        }
        var step = EndLaws(states: pairs.states)
        var (actions, noise) = (0.0, 0.0)
        for t in policy.indices.reversed() {
            let information = step.retreat(policy[t], model, marginals[t])
            actions += information.actions
            noise += information.noise
        }
        (ofActions, ofNoise) = (actions, noise)
    }
}

/// p(s_f | s_t) while t goes backwards.
private struct EndLaws {
    /// `[states][states]`.
    var laws: [[Double]]

    init(states: Int) {
        laws = (0..<states).map { state in (0..<states).map { $0 == state ? 1 : 0 } }
    }

    /// Goes one step back.
    mutating func retreat(
        _ policy: [Double], _ model: any TransitionModel, _ visits: [Double]
    ) -> (actions: Double, noise: Double) {
        let pairs = model.pairs
        var (actions, noise) = (0.0, 0.0)
        var before = laws
        for state in 0..<pairs.states where !pairs.isTerminal(state) {
            let afterActions = pairs.range(of: state).map { pair in
                var law = Array(repeating: 0.0, count: pairs.states)
                model.forEachSuccessor(of: pair) { EndLaws.add(laws[$0], $1, to: &law) }
                return law
            }
            before[state] = Array(repeating: 0, count: pairs.states)
            for (pair, law) in zip(pairs.range(of: state), afterActions) {
                EndLaws.add(law, policy[pair], to: &before[state])
            }
            if visits[state] == 0 { continue }
            for (pair, law) in zip(pairs.range(of: state), afterActions) where policy[pair] > 0 {
                let weight = visits[state] * policy[pair]
                actions += weight * EndLaws.divergence(law, before[state])
                model.forEachSuccessor(of: pair) {
                    noise += weight * $1 * EndLaws.divergence(laws[$0], law)
                }
            }
        }
        laws = before
        return (actions, noise)
    }

    private static func add(_ law: [Double], _ weight: Double, to sum: inout [Double]) {
        if weight == 0 { return }
        for index in sum.indices { sum[index] += weight * law[index] }
    }

    private static func divergence(_ law: [Double], _ other: [Double]) -> Double {
        var sum = 0.0
        for (left, right) in zip(law, other) where left > 0 { sum += left * log(left / right) }
        return sum
    }
}
