import Foundation
import OptimistCore

/// Values of choosing an option, Q̂(s, o′, o) and Q̂_1(s, o), in nats.
///
/// They depend on the option before, because what an option is credited with does: its cost
/// log π(o | s, o′) and the reverse model's factors of earlier steps.
public struct OptionValues: Equatable, Sendable, Codable {
    /// K.
    public let options: Int
    /// Q̂(s, o′, o) in rows (s, o′), then Q̂_1(s, o) in rows s;
    /// `[states · (options + 1), options]`.
    public private(set) var values: [Double]

    /// Zeros.
    public init(states: Int, options: Int) {
        self.options = options
        values = Array(repeating: 0, count: states * (options + 1) * options)
    }

    /// Mean credits: sums of credits over the visits of each choice.
    init(_ sums: OptionScores, visits: OptionScores, policy: OptionPolicy) {
        options = policy.options
        values = zip(sums.transitions + sums.first, visits.transitions + visits.first).map {
            $1 == 0 ? 0 : $0 / $1
        }
    }

    /// The row of the choices in a state after an option, or at the first step.
    public func row(state: Int, previous: Int?) -> Int {
        guard let previous else { return values.count / (options + 1) + state }
        return state * options + previous
    }

    /// Moves the value of a choice towards a credit by a share of the difference.
    public mutating func move(_ option: Int, row: Int, to credit: Double, rate: Double) {
        values[row * options + option] += rate * (credit - values[row * options + option])
    }

    /// Σ_o π(o | row) Q̂(row, o).
    public func mean(row: Int, law: [Double]) -> Double {
        (0..<options).reduce(0) { $0 + law[$1] * values[row * options + $1] }
    }

    /// Adds Σ_o π(o | row) ∇ log π(o | row) Q̂(row, o) times a weight.
    public func addScore(
        row: Int, policy: OptionPolicy, weight: Double, to scores: inout OptionScores
    ) {
        let rows = scores.transitions.count / options
        for option in 0..<options {
            let value = weight * values[row * options + option]
            if row < rows {
                let entry = row * options + option
                scores.transitions[entry] += exp(policy.logTransitions[entry]) * value
            } else {
                let entry = (row - rows) * options + option
                scores.first[entry] += exp(policy.logFirst[entry]) * value
            }
        }
    }
}

extension OptionScores {
    /// The sums of the rows of transitions and of first options, `[states · (options + 1)]`.
    func rows(_ options: Int) -> [Double] {
        let all = transitions + first
        return stride(from: 0, to: all.count, by: options).map { start in
            all[start..<start + options].reduce(0, +)
        }
    }
}
