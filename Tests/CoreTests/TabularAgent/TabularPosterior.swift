/// A posterior q(z_t | h_t) q(a_t | h_t, z_t) as tables over histories.
struct TabularPosterior: Equatable {
    private var tables: [[Int: Factors]]

    /// The two factors at one history.
    struct Factors: Equatable {
        /// q(z | h), `[state]`.
        var state: [Double]
        /// q(a | h, z), `[state][action]`.
        var action: [[Double]]
    }

    /// A posterior with no histories yet.
    init(horizon: Int) { tables = Array(repeating: [:], count: horizon) }

    /// The factors at a history that can happen.
    subscript(step: Int, history: Int) -> Factors {
        get { tables[step][history]! }
        set { tables[step][history] = newValue }
    }
}

extension TabularProblem {
    /// The posterior that follows a rule at every history, whichever way it was reached.
    func posterior(
        _ rule: (TabularArrival) -> TabularPosterior.Factors
    ) -> TabularPosterior {
        var result = TabularPosterior(horizon: horizon)
        func visit(_ departure: TabularDeparture) {
            for arrival in arrivals(from: departure) {
                result[arrival.step, arrival.history] = rule(arrival)
                for z in 0..<states {
                    for a in 0..<actions {
                        if let next = self.departure(from: arrival, state: z, action: a) {
                            visit(next)
                        }
                    }
                }
            }
        }
        visit(start)
        return result
    }
}
