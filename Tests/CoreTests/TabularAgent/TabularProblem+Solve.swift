import Foundation
import OptimistLinearAlgebra

/// What is optimized, or computed, over all histories.
enum TabularObjective {
    /// The bound: the environment's noise is averaged over, E[log ·].
    case bound
    /// The evidence: the environment's noise is inferred as well, log E[·].
    case evidence
}

extension TabularProblem {
    /// The optimal value of the bound with its posterior q*, or the log evidence with the q factors
    /// of the exact posterior, in nats.
    ///
    /// Backward over histories, with Q_T = 0 (Marino and Yue 2019):
    ///
    ///     Q(h, z, a) = E_{x′, r′}[log p(O | r′) + U(h′)]          (evidence: log E exp)
    ///     V(h, z) = log Σ_a p_a(a | z) exp Q,   q(a) ∝ p_a(a | z) exp Q
    ///     U(h)    = log Σ_z p_a(z | h) exp V,   q(z) ∝ p_a(z | h) exp V
    func solve(
        _ objective: TabularObjective
    ) -> (value: Double, posterior: TabularPosterior) {
        var posterior = TabularPosterior(horizon: horizon)
        func actionValue(_ departure: TabularDeparture) -> Double {
            let arrivals = arrivals(from: departure)
            let values = arrivals.map { logOptimality(reward: $0.reward) + arrivalValue($0) }
            switch objective {
            case .bound: return zip(arrivals, values).reduce(0) { $0 + $1.0.probability * $1.1 }
            case .evidence:
                return logSumExp(zip(arrivals, values).map { log($0.probability) + $1 })
            }
        }
        func arrivalValue(_ arrival: TabularArrival) -> Double {
            var actionLaws: [[Double]] = []
            var stateLaw = zip(0..<states, arrival.filter).map { z, probability in
                var law = (0..<actions).map { a in
                    log(agent.habit[z][a])
                        + (departure(from: arrival, state: z, action: a).map(actionValue) ?? 0)
                }
                let value = normalizeLogWeights(&law)
                actionLaws.append(law)
                return log(probability) + value
            }
            let value = normalizeLogWeights(&stateLaw)
            posterior[arrival.step, arrival.history] = .init(state: stateLaw, action: actionLaws)
            return value
        }
        let value = actionValue(start)
        return (value, posterior)
    }
}
