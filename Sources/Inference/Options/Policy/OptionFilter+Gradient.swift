import Foundation
import OptimistCore

extension OptionFilter {
    /// Derivatives by what a filter was given.
    public struct Gradient: Sendable, Equatable {
        /// By the log transitions, each entry as if free, `[steps, batch, options, options]`.
        public var logTransitions: [Double]
        /// By the log emissions, `[steps, batch, options]`.
        public var logEmissions: [Double]
    }

    /// The gradient of Σ_t w_t log q(a_t | h_t) + Σ_t Σ_o u_t(o) f_t(o), with f the filter and
    /// weights that are held fixed.
    ///
    /// With ξ_t(i, j) = p(o_{t−1} = i, o_t = j | x_{1:t}) and H_t(j) the derivative by log f_t(j)
    /// that comes from later steps and from u_t, the derivative by the log of f_{t−1}(i) π(j | i)
    /// e(j) is
    ///
    ///     g_t(i, j) = ξ_t(i, j) (w_t − Σ H_t) + ξ_t(i, j) / f_t(j) · H_t(j)
    ///     H_{t−1}(i) = Σ_j g_t(i, j)
    ///
    /// No term exceeds the sum of the weights. Weights 1 give posteriors over pairs of options
    /// (Baum and Petrie 1966); a reward-to-go in their place gives a policy gradient.
    ///
    /// - Parameters:
    ///   - weights: w_t, `[steps, batch]`.
    ///   - filterWeights: u_t(o), `[steps, batch, options]`; nil for zeros.
    public func gradient(weights: [Double], filterWeights: [Double]? = nil) -> Gradient {
        if weights.count != steps * batch
            || filterWeights.map({ $0.count != weights.count * options }) == true
        {
            fail(
                "OptionFilter.gradient",
                "\(weights.count) weights and \(filterWeights?.count ?? 0) of the filter for "
                    + "\(steps) steps of \(batch) trajectories")
        }
        var result = Gradient(
            logTransitions: Array(repeating: 0, count: logTransitions.count),
            logEmissions: Array(repeating: 0, count: logEmissions.count))
        var later = Array(repeating: 0.0, count: batch * options)
        for index in (0..<steps * batch).reversed() where logMarginals[index] > -.infinity {
            if let filterWeights {
                for option in 0..<options {
                    let entry = index * options + option
                    later[index % batch * options + option] +=
                        exp(logFilter[entry]) * filterWeights[entry]
                }
            }
            stepBack(index, weights[index], &later, &result)
        }
        return result
    }

    /// One step of one trajectory; `later` holds H_t of every trajectory and becomes H_{t−1}.
    private func stepBack(
        _ index: Int, _ weight: Double, _ later: inout [Double], _ result: inout Gradient
    ) {
        let row = index % batch * options
        let before = -log(Double(options))
        var total = 0.0
        for option in 0..<options { total += later[row + option] }
        let arriving = Array(later[row..<row + options])
        for previous in 0..<options {
            var sum = 0.0
            let start =
                index < batch ? before : logFilter[(index - batch) * options + previous]
            for option in 0..<options {
                let filtered = logFilter[index * options + option]
                if filtered == -.infinity { continue }
                let entry = (index * options + previous) * options + option
                // ξ / f: which option came before, given the one now.
                let share = exp(
                    start + logTransitions[entry] + logEmissions[index * options + option]
                        - logMarginals[index] - filtered)
                let value = share * (exp(filtered) * (weight - total) + arriving[option])
                result.logTransitions[entry] = value
                result.logEmissions[index * options + option] += value
                sum += value
            }
            later[row + previous] = sum
        }
    }
}
