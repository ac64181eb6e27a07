import Foundation
import OptimistCore

/// log p(x_t | s) for each step and state: all that inference needs to know of the observations.
///
/// A missing observation is a row of zeros. −∞ marks a state that cannot have emitted what was
/// seen. Densities may well exceed one, so positive log likelihoods are normal. Beside the logs
/// the table keeps exp(log − largest of the row), which the filter multiplies.
public struct LikelihoodTable: Sendable, Equatable {
    /// T, the number of steps.
    public let stepCount: Int
    /// S, the number of states.
    public let stateCount: Int
    /// The log likelihoods in nats, [T, S] row by row.
    public let logLikelihoods: [Double]
    /// exp(log likelihood − shift), [T, S]; the largest of each possible row is 1.
    package let scaled: [Double]
    /// What was taken out of each row, [T]; 0 where a row is −∞ throughout.
    package let shifts: [Double]

    /// A table from log likelihoods given row by row, [T, S].
    ///
    /// - Throws: `HiddenMarkovError.badLikelihood` for NaN or +∞, `.wrongSize` for ragged input.
    public init(logLikelihoods: [Double], stateCount: Int) throws {
        if stateCount < 1 || logLikelihoods.count % stateCount != 0 {
            throw HiddenMarkovError.wrongSize(
                table: "the likelihood table", count: logLikelihoods.count,
                expected: max(stateCount, 1) * (logLikelihoods.count / max(stateCount, 1)))
        }
        let steps = logLikelihoods.count / stateCount
        var scaled = [Double](repeating: 0, count: logLikelihoods.count)
        var shifts = [Double](repeating: 0, count: steps)
        for step in 0..<steps {
            var largest = -Double.infinity
            for state in 0..<stateCount {
                let value = logLikelihoods[step * stateCount + state]
                if value.isNaN || value == .infinity {
                    throw HiddenMarkovError.badLikelihood(step: step, state: state)
                }
                largest = max(largest, value)
            }
            if largest == -.infinity { continue }
            shifts[step] = largest
            for index in step * stateCount..<(step + 1) * stateCount {
                scaled[index] = exp(logLikelihoods[index] - largest)
            }
        }
        self.init(
            logLikelihoods: logLikelihoods, scaled: scaled, shifts: shifts, stateCount: stateCount)
    }

    /// A table whose scaled form is known already.
    package init(logLikelihoods: [Double], scaled: [Double], shifts: [Double], stateCount: Int) {
        stepCount = shifts.count
        self.stateCount = stateCount
        self.logLikelihoods = logLikelihoods
        self.scaled = scaled
        self.shifts = shifts
    }

    /// The log likelihood of a state at a step, in nats.
    public subscript(step: Int, state: Int) -> Double {
        if step < 0 || step >= stepCount || state < 0 || state >= stateCount {
            fail("LikelihoodTable", "[\(step), \(state)] of \(stepCount)x\(stateCount)")
        }
        return logLikelihoods[step * stateCount + state]
    }
}
