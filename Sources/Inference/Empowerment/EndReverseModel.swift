import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// A tabular reverse model q(o | s_0, s_f): which option, or action sequence, led from a start to an
/// end.
///
/// Its rows are made when their start and end are first met; until then q is uniform. Policies change
/// while it is fitted, so that it forgets: old counts fade, or logits follow a gradient.
public struct EndReverseModel: Codable, Equatable, Sendable {
    /// How what was seen enters.
    public enum Rule: Codable, Equatable, Sendable {
        /// Counts with a pseudo-count for every option: q ∝ count + prior. Before each new count,
        /// those of the same start and end are multiplied by 1 − forgetting.
        case counts(prior: Double, forgetting: Double)
        /// Ascent on log q(o | s_0, s_f) over logits, with a step size.
        case gradient(rate: Double)
    }

    /// How what was seen enters.
    public let rule: Rule
    /// The number of options.
    public let options: Int
    /// The number of states.
    public let states: Int
    /// Counts or logits, `[start][end][option]`, empty where nothing was seen.
    private var rows: [[[Double]]]

    /// A reverse model that has seen nothing.
    ///
    /// - Parameters:
    ///   - options: the number of options, at least 1.
    ///   - states: the number of states, at least 1.
    ///   - rule: how what was seen enters.
    public init(options: Int, states: Int, rule: Rule) {
        if options < 1 || states < 1 || !EndReverseModel.isValid(rule) {
            fail("EndReverseModel", "\(options) options, \(states) states, \(rule)")
        }
        self.rule = rule
        self.options = options
        self.states = states
        rows = Array(repeating: [], count: states)
    }

    private static func isValid(_ rule: Rule) -> Bool {
        switch rule {
        case .counts(let prior, let forgetting):
            prior > 0 && prior.isFinite && (0..<1).contains(forgetting)
        case .gradient(let rate): rate > 0 && rate.isFinite
        }
    }

    private func row(_ start: Int, _ end: Int) -> [Double]? {
        if !(0..<states).contains(start) || !(0..<states).contains(end) {
            fail("EndReverseModel", "from state \(start) to state \(end) of \(states)")
        }
        if rows[start].isEmpty || rows[start][end].isEmpty { return nil }
        return rows[start][end]
    }

    /// q(· | s_0, s_f), `[options]`.
    public func law(start: Int, end: Int) -> [Double] {
        guard var row = row(start, end) else {
            return Array(repeating: 1 / Double(options), count: options)
        }
        switch rule {
        case .counts(let prior, _):
            let sum = row.reduce(0, +) + prior * Double(options)
            return row.map { ($0 + prior) / sum }
        case .gradient:
            normalizeLogWeights(&row)
            return row
        }
    }

    /// log q(o | s_0, s_f) in nats.
    public func logProbability(of option: Int, start: Int, end: Int) -> Double {
        if !(0..<options).contains(option) {
            fail("EndReverseModel.logProbability", "option \(option) of \(options)")
        }
        guard let row = row(start, end) else { return -log(Double(options)) }
        switch rule {
        case .counts(let prior, _):
            let sum = row.reduce(0, +) + prior * Double(options)
            return log((row[option] + prior) / sum)
        case .gradient:
            return row[option] - logSumExp(row)
        }
    }

    /// Learns from one option that led from a start to an end.
    public mutating func learn(option: Int, start: Int, end: Int) {
        if !(0..<options).contains(option) {
            fail("EndReverseModel.learn", "option \(option) of \(options)")
        }
        if row(start, end) == nil {
            if rows[start].isEmpty { rows[start] = Array(repeating: [], count: states) }
            rows[start][end] = Array(repeating: 0, count: options)
        }
        switch rule {
        case .counts(_, let forgetting):
            if forgetting > 0 {
                for index in 0..<options { rows[start][end][index] *= 1 - forgetting }
            }
            rows[start][end][option] += 1
        case .gradient(let rate):
            let law = law(start: start, end: end)
            for index in 0..<options { rows[start][end][index] -= rate * law[index] }
            rows[start][end][option] += rate
        }
    }

    /// q(o | s_0, s_f) of a start as a decoder of the channel from options to ends,
    /// `[options, states]`.
    public func decoder(from start: Int) -> Matrix {
        let laws = (0..<states).map { law(start: start, end: $0) }
        return Matrix(rows: options, columns: states) { laws[$1][$0] }
    }
}

extension EndReverseModel {
    private enum CodingKeys: String, CodingKey { case rule, options, states, rows }

    /// Reads what was written.
    ///
    /// - Throws: `DecodingError` where the parts do not fit one another.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        rule = try container.decode(Rule.self, forKey: .rule)
        options = try container.decode(Int.self, forKey: .options)
        states = try container.decode(Int.self, forKey: .states)
        rows = try container.decode([[[Double]]].self, forKey: .rows)
        let (states, options) = (states, options)
        let fits =
            options > 0 && states > 0 && EndReverseModel.isValid(rule) && rows.count == states
            && rows.allSatisfy { ends in
                (ends.isEmpty || ends.count == states)
                    && ends.allSatisfy { $0.isEmpty || $0.count == options }
            }
        if !fits {
            throw DecodingError.dataCorruptedError(
                forKey: .rows, in: container,
                debugDescription: "the rows of a reverse model do not fit \(states) states and "
                    + "\(options) options, or its rule is not valid")
        }
    }
}
