import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// The posterior where a trajectory's length is random: after each step it goes on with a
/// probability. Policy and dynamics are those given that it has come this far.
public struct TerminationPosterior: Sendable {
    /// log p(O), summed over all lengths, in nats.
    public let logEvidence: Double
    /// p(s_1 | O), `[states]`.
    public let start: [Double]
    /// log β(s) = log p(O from here | s), `[states]`; 0 for terminal states.
    public let stateMessages: [Double]
    /// log β(s, a), `[pairs]`.
    public let pairMessages: [Double]
    /// p(a | s, O), `[pairs]`.
    public let policy: [Double]
    /// The messages are known to this, in nats, rounding aside.
    public let certifiedError: Double
}

extension ControlInference {
    /// The posterior with random lengths (D1): β(s, a) = E[exp(α r) ((1 − γ) + γ β(s′))].
    ///
    /// The equation is linear, and has a solution iff the spectral radius of γ M is below one, M(s, s′)
    /// = Σ_a p(a | s) p(s′ | s, a) exp(α r). It is solved by sweeps in the log domain from below. Where γ
    /// M β ≤ q β and one sweep changes log β by at most ε, log β is known to ε / (1 − q).
    ///
    /// - Parameters:
    ///   - discount: γ in 0..<1, the probability of going on.
    ///   - tolerance: on the messages, in nats.
    ///   - maximumSweeps: the most sweeps.
    /// - Throws: `ControlInferenceError.evidenceDiverges`, `.notConverged`.
    public func infer(
        discount: Double, tolerance: Double = 1e-10, maximumSweeps: Int = 1_000_000
    ) throws(ControlInferenceError) -> TerminationPosterior {
        if !(0..<1).contains(discount) { fail("ControlInference.infer", "discount \(discount)") }
        let first = pairMessages(Array(repeating: log(1 - discount), count: model.states))
        // log (1 − γ) m(s): what ending here brings.
        let ending = stateMessages(first).messages
        var messages = Array(repeating: -Double.infinity, count: model.states)
        for state in 0..<model.states where model.pairs.isTerminal(state) { messages[state] = 0 }
        var change = Double.infinity
        var earlier = messages
        for sweep in 1...maximumSweeps {
            let pairs = pairMessages(survival(messages, discount))
            let (next, policy) = stateMessages(pairs)
            let error = self.error(messages, next, ending, &change)
            onSweep?(sweep, change)
            // Once nothing moves but the last bits, more sweeps know no more.
            let largest = next.reduce(1) { $1.isFinite ? max($0, abs($1)) : $0 }
            if error <= tolerance || change <= 2 * largest.ulp && error.isFinite {
                let start = try start(next)
                return TerminationPosterior(
                    logEvidence: start.logEvidence, start: start.law, stateMessages: next,
                    pairMessages: pairs, policy: policy, certifiedError: error)
            }
            if sweep >= 16, sweep & (sweep - 1) == 0 {
                if grows(earlier, next, discount) { throw .evidenceDiverges(discount: discount) }
                earlier = next
            }
            messages = next
        }
        throw .notConverged(sweeps: maximumSweeps, residual: change)
    }

    /// log((1 − γ) + γ exp(message)).
    func survival(_ messages: [Double], _ discount: Double) -> [Double] {
        messages.map { logAddExp(log(1 - discount), log(discount) + $0) }
    }

    private func error(
        _ messages: [Double], _ next: [Double], _ ending: [Double], _ change: inout Double
    ) -> Double {
        // 1 − q is the smallest share of β that comes from ending here.
        var share = 1.0
        change = 0
        for state in 0..<model.states where !model.pairs.isTerminal(state) {
            if next[state] == -.infinity { return .infinity }
            change = max(change, abs(next[state] - messages[state]))
            share = min(share, exp(ending[state] - next[state]))
        }
        return change == 0 ? 0 : change / max(share - change, 0)
    }

    /// Whether states whose messages rise fastest feed themselves: γ M β ≥ β among them, which proves a
    /// spectral radius of at least one. The rise is that over many sweeps: of states in a cycle, one
    /// sweep raises only some.
    private func grows(_ earlier: [Double], _ next: [Double], _ discount: Double) -> Bool {
        let rise = zip(earlier, next).map { $0 == -.infinity ? 0 : $1 - $0 }
        guard let fastest = rise.max(), fastest > 0 else { return false }
        let rising = next.indices.filter { rise[$0] > fastest / 2 }
        var among = Array(repeating: -Double.infinity, count: model.states)
        for state in rising { among[state] = log(discount) + next[state] }
        let fed = stateMessages(pairMessages(among)).messages
        return rising.allSatisfy { fed[$0] >= next[$0] }
    }
}
