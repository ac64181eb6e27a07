import OptimistCore

/// A streaming smoother: the law of the state `lag` steps ago given all that was seen since.
///
/// Each step costs (lag + 1) S² operations; memory is that of lag + 1 steps. With a lag of at least
/// T − 1 the results, `finish` included, are those of the full smoother.
public struct FixedLagSmoother: Sendable {
    private struct Step: Sendable {
        var filtered: [Double]
        var predicted: [Double]
        /// The offset of the table that led here from the step before.
        var table: Int
    }

    private let states: DiscreteStateSpace
    private let lag: Int
    private var window: [Step] = []
    private var stepCount = 0
    /// log p of all observations so far, in nats.
    public private(set) var logEvidence = 0.0

    /// A smoother that is `lag` steps behind; 0 is the filter.
    public init(_ states: DiscreteStateSpace, lag: Int) {
        if lag < 0 { fail("FixedLagSmoother", "a lag of \(lag)") }
        self.states = states
        self.lag = lag
    }

    /// Takes in the next observation.
    ///
    /// - Parameters:
    ///   - logLikelihood: log p(x_t | s) of each state; nil where x_t is missing.
    ///   - action: the action at the step before; nil at the first step and without actions.
    /// - Returns: p(s_{t−lag} | x_{0:t}), nil as long as t < lag.
    public mutating func append(
        _ logLikelihood: [Double]?, action: Int? = nil
    ) throws -> [Double]? {
        var table = 0
        var predicted = states.initial
        if let last = window.last {
            table = try states.offset(step: stepCount - 1, action: action)
            predicted = try states.predict(last.filtered, step: stepCount - 1, action: action)
        }
        var filtered = predicted
        if let logLikelihood {
            let row = try LikelihoodTable(
                logLikelihoods: logLikelihood, stateCount: states.stateCount)
            guard let evidence = states.update(&filtered, row, step: 0) else {
                throw HiddenMarkovError.impossibleObservation(step: stepCount)
            }
            logEvidence += evidence
        }
        window.append(Step(filtered: filtered, predicted: predicted, table: table))
        stepCount += 1
        if window.count > lag + 1 { window.removeFirst() }
        return window.count == lag + 1 ? smoothed()[0] : nil
    }

    /// The laws of the last steps, which were not returned yet, given everything.
    public mutating func finish() -> [[Double]] {
        let laws = smoothed()
        let isFirstKnown = window.count == lag + 1
        window.removeAll()
        return Array(laws.dropFirst(isFirstKnown ? 1 : 0))
    }

    private func smoothed() -> [[Double]] {
        var laws = window.map(\.filtered)
        let count = states.stateCount
        for k in (0..<max(laws.count - 1, 0)).reversed() {
            let later = window[k + 1]
            for i in 0..<count {
                var sum = 0.0
                for j in 0..<count where later.predicted[j] > 0 {
                    sum +=
                        states.transitions[later.table + i * count + j] * laws[k + 1][j]
                        / later.predicted[j]
                }
                laws[k][i] *= sum
            }
        }
        return laws
    }
}
