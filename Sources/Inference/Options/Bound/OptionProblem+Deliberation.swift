import Foundation
import OptimistCore

/// What deliberation costs along a path whose options are summed out.
struct OptionDeliberation {
    /// −η Σ_o f_{t−1}(o) (1 − c(s_t, o)), `[steps]`; 0 at the first step.
    var gains: [Double]
    /// The derivatives of the gains by the filter, `[steps, options]`: those of step t + 1 by f_t.
    var byFilter: [Double]

    /// Multiplies what belongs to step t by a factor of its own.
    mutating func scale(_ factors: [Double]) {
        let options = byFilter.count / max(gains.count, 1)
        for t in gains.indices {
            gains[t] *= factors[t]
            if t == 0 { continue }
            for option in 0..<options { byFilter[(t - 1) * options + option] *= factors[t] }
        }
    }

    /// Adds the derivatives by log (1 − c) that do not come through the law of options.
    func add(
        _ path: OptionPath, _ filter: OptionFilter, weight: Double = 1,
        to scores: inout OptionScores
    ) {
        let options = filter.options
        for t in gains.indices.dropFirst() {
            for option in 0..<options {
                let before = (t - 1) * options + option
                scores.stop[path.states[t] * options + option] +=
                    weight * exp(filter.logFilter[before]) * byFilter[before]
            }
        }
    }
}

extension OptionProblem {
    /// What deliberation costs along a path; nil where it is free.
    func deliberation(
        _ path: OptionPath, _ filter: OptionFilter, _ policy: OptionPolicy
    ) -> OptionDeliberation? {
        if deliberationCost == 0 { return nil }
        let options = policy.options
        var result = OptionDeliberation(
            gains: Array(repeating: 0, count: path.steps),
            byFilter: Array(repeating: 0, count: path.steps * options))
        for t in result.gains.indices.dropFirst() {
            for option in 0..<options {
                let before = (t - 1) * options + option
                let stop = exp(policy.logStop[path.states[t] * options + option])
                result.byFilter[before] = -deliberationCost * stop
                result.gains[t] += exp(filter.logFilter[before]) * result.byFilter[before]
            }
        }
        return result
    }

    /// The same derivatives for a path with its options, each step times a factor of its own.
    func addDeliberation(
        _ path: OptionPath, _ choices: [Int], _ policy: OptionPolicy, weight: Double = 1,
        factors: [Double]? = nil, to scores: inout OptionScores
    ) {
        for t in choices.indices.dropFirst() where deliberationCost != 0 {
            let row = path.states[t] * policy.options + choices[t - 1]
            scores.stop[row] -=
                weight * (factors?[t] ?? 1) * deliberationCost * exp(policy.logStop[row])
        }
    }
}
