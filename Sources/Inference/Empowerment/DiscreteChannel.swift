import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// A discrete memoryless channel p(y | x): what comes out for each input.
///
/// For empowerment the inputs are action sequences or options, and the outputs the states in which
/// they end. All information is in nats.
public struct DiscreteChannel: Equatable, Sendable {
    /// p(y | x), `[inputs, outputs]`.
    public let laws: SparseRows
    /// Σ_y p(y | x) log p(y | x) of each input, `[inputs]`.
    let negativeEntropies: [Double]

    /// The number of inputs.
    public var inputs: Int { laws.rows }
    /// The number of outputs.
    public var outputs: Int { laws.columns }

    /// A channel from its laws, `[inputs, outputs]`.
    ///
    /// - Throws: `EmpowermentError` where a row is no law, or there is none.
    public init(_ laws: SparseRows) throws(EmpowermentError) {
        if laws.rows < 1 || laws.columns < 1 {
            throw .empty(inputs: laws.rows, outputs: laws.columns)
        }
        var entropies = Array(repeating: 0.0, count: laws.rows)
        for input in 0..<laws.rows {
            var sum = 0.0
            for position in laws.starts[input]..<laws.starts[input + 1] {
                let value = laws.values[position]
                if !(value >= 0) {
                    throw .probability(
                        input: input, output: Int(laws.indices[position]), value: value)
                }
                sum += value
                if value > 0 { entropies[input] += value * log(value) }
            }
            if !(abs(sum - 1) <= TabularModel.sumTolerance) { throw .sum(input: input, sum: sum) }
        }
        self.laws = laws
        negativeEntropies = entropies
    }

    /// A channel from nested lists, `[inputs][outputs]`, equally long.
    ///
    /// - Throws: `EmpowermentError` where a row is no law, or there is none.
    public init(_ rows: [[Double]]) throws(EmpowermentError) {
        let outputs = rows.first?.count ?? 0
        if let ragged = rows.firstIndex(where: { $0.count != outputs }) {
            fail(
                "DiscreteChannel",
                "row \(ragged) has \(rows[ragged].count) outputs, row 0 \(outputs)")
        }
        let entries = rows.enumerated().flatMap { row in
            row.element.enumerated().filter { $0.element != 0 }.map {
                SparseRows.Entry(row: row.offset, column: $0.offset, value: $0.element)
            }
        }
        do {
            try self.init(SparseRows(rows: rows.count, columns: outputs, entries))
        } catch let error as EmpowermentError {
            throw error
        } catch {
            fail("DiscreteChannel", "\(error)")
        }
    }

    /// The same probability for every input.
    public var uniformSource: [Double] {
        Array(repeating: 1 / Double(inputs), count: inputs)
    }

    /// p(y) = Σ_x p(x) p(y | x), `[outputs]`.
    public func outputLaw(_ source: [Double]) -> [Double] {
        check(source, "outputLaw")
        var result = Array(repeating: 0.0, count: outputs)
        for input in 0..<inputs where source[input] > 0 {
            laws.forEachInRow(input) { result[$0] += source[input] * $1 }
        }
        return result
    }

    /// I(x; y) under a law of inputs, in nats.
    ///
    /// - Parameter source: p(x), `[inputs]`.
    public func mutualInformation(_ source: [Double]) -> Double {
        let divergences = divergences(from: outputLaw(source))
        var sum = 0.0
        for input in 0..<inputs where source[input] > 0 {
            sum += source[input] * divergences[input]
        }
        return max(0, sum)
    }

    /// KL(p(y | x) ‖ law) of each input, `[inputs]`; infinite where the law rules an output out.
    func divergences(from law: [Double]) -> [Double] {
        let logs = law.map { log($0) }
        return (0..<inputs).map { input in
            var cross = 0.0
            for position in laws.starts[input]..<laws.starts[input + 1]
            where laws.values[position] > 0 {
                cross += laws.values[position] * logs[Int(laws.indices[position])]
            }
            return negativeEntropies[input] - cross
        }
    }

    func check(_ source: [Double], _ operation: String) {
        if source.count != inputs {
            fail("DiscreteChannel.\(operation)", "\(source.count) weights, \(inputs) inputs")
        }
    }
}
