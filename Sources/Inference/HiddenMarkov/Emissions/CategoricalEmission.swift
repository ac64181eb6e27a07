import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// States that emit one of the symbols 0..<K, each with its own law.
public struct CategoricalEmission: FittableEmission, Equatable {
    /// p(x | s), [S, K].
    public let probabilities: Matrix
    /// The concentration of the Dirichlet prior of each law in a fit; 1 is maximum likelihood.
    public let concentration: Double

    /// Laws over K symbols, one row a state.
    ///
    /// - Throws: `HiddenMarkovError` unless each row is a law within 1e-8.
    public init(_ probabilities: Matrix, concentration: Double = 1) throws {
        if probabilities.rows == 0 { throw HiddenMarkovError.empty("states") }
        if probabilities.columns == 0 { throw HiddenMarkovError.empty("symbols") }
        try DiscreteStateSpace.validate(
            probabilities.elements, columns: probabilities.columns, named: "emissions")
        self.init(unchecked: probabilities, concentration: concentration)
    }

    private init(unchecked probabilities: Matrix, concentration: Double) {
        if !(concentration > 0) { fail("CategoricalEmission", "concentration \(concentration)") }
        self.probabilities = probabilities
        self.concentration = concentration
    }

    /// S, the number of states.
    public var stateCount: Int { probabilities.rows }
    /// K, the number of symbols.
    public var symbolCount: Int { probabilities.columns }

    /// log p(x_t | s); each symbol's row is worked out once.
    public func likelihoods(of observations: [Int?]) throws -> LikelihoodTable {
        let states = stateCount
        let symbols = try LikelihoodTable(
            logLikelihoods: probabilities.transposed.elements.map { log($0) },
            stateCount: states)
        var logs = [Double](repeating: 0, count: observations.count * states)
        var scaled = [Double](repeating: 1, count: logs.count)
        var shifts = [Double](repeating: 0, count: observations.count)
        for (step, symbol) in observations.enumerated() {
            guard let symbol else { continue }
            if symbol < 0 || symbol >= symbolCount {
                throw HiddenMarkovError.unknownObservation(
                    step: step, detail: "symbol \(symbol) of 0..<\(symbolCount)")
            }
            for state in 0..<states {
                logs[step * states + state] = symbols.logLikelihoods[symbol * states + state]
                scaled[step * states + state] = symbols.scaled[symbol * states + state]
            }
            shifts[step] = symbols.shifts[symbol]
        }
        return LikelihoodTable(
            logLikelihoods: logs, scaled: scaled, shifts: shifts, stateCount: states)
    }

    /// A symbol drawn from a state.
    public func sample(state: Int, using generator: inout Generator) -> Int {
        generator.categorical(probabilities.row(state))
    }

    /// p(x) of each symbol under a law of the states, [K].
    public func law(of belief: [Double]) -> [Double] {
        (0..<symbolCount).map { symbol in
            (0..<stateCount).reduce(0) { $0 + belief[$1] * probabilities[$1, symbol] }
        }
    }

    /// The expected number of times that each state emitted each symbol, [S][K].
    private func counts(_ sequences: [[Int?]], _ weights: [[Double]]) -> [[Double]] {
        var counts = [[Double]](
            repeating: Array(repeating: 0, count: symbolCount), count: stateCount)
        for (observations, weights) in zip(sequences, weights) {
            for (step, symbol) in observations.enumerated() {
                guard let symbol else { continue }
                for state in 0..<stateCount {
                    counts[state][symbol] += weights[step * stateCount + state]
                }
            }
        }
        return counts
    }

    /// Normalized expected counts plus concentration − 1; a state never visited keeps its law.
    public func maximized(_ sequences: [[Int?]], weights: [[Double]]) -> Self {
        var rows = (0..<stateCount).map { probabilities.row($0) }
        for (state, counts) in counts(sequences, weights).enumerated() {
            LawEstimate.replace(&rows[state], counts: counts, concentration: concentration)
        }
        return Self(unchecked: Matrix(rows), concentration: concentration)
    }

    /// Laws drawn uniformly from the simplex.
    public func randomized(for sequences: [[Int?]], using generator: inout Generator) -> Self {
        let rows = (0..<stateCount).map { _ in
            LawEstimate.uniformDraw(count: symbolCount, using: &generator)
        }
        return Self(unchecked: Matrix(rows), concentration: concentration)
    }

    /// (concentration − 1) Σ log p over the entries that are not zero.
    public var logPrior: Double {
        if concentration == 1 { return 0 }
        return probabilities.elements.reduce(0) {
            $0 + ($1 > 0 ? (concentration - 1) * log($1) : 0)
        }
    }

    private func rowCoordinates(_ boundary: Double) -> [SimplexCoordinates] {
        (0..<stateCount).map { SimplexCoordinates(probabilities.row($0), boundary: boundary) }
    }

    /// The log odds of each row against its largest entry.
    public func freeParameters(boundary: Double) -> [Double] {
        rowCoordinates(boundary).enumerated().flatMap { state, row in
            row.coordinates(of: probabilities.row(state))
        }
    }

    /// The laws at other log odds.
    public func replacing(freeParameters: [Double], boundary: Double) -> Self {
        var rows = (0..<stateCount).map { probabilities.row($0) }
        var first = 0
        for (state, row) in rowCoordinates(boundary).enumerated() {
            row.write(freeParameters[first..<first + row.count], into: &rows[state])
            first += row.count
        }
        return Self(unchecked: Matrix(rows), concentration: concentration)
    }

    /// Expected counts minus their total times the law, row by row.
    public func score(
        at model: Self, _ sequences: [[Int?]], weights: [[Double]], boundary: Double
    ) -> [Double] {
        let counts = counts(sequences, weights).map { $0.map { $0 + concentration - 1 } }
        return rowCoordinates(boundary).enumerated().flatMap { state, row in
            row.score(counts: counts[state], at: model.probabilities.row(state))
        }
    }

    /// `emission[s,x]` for each state and symbol.
    public func namedParameters(boundary: Double) -> [NamedParameter] {
        var first = 0
        return rowCoordinates(boundary).enumerated().flatMap { state, row in
            defer { first += row.count }
            let law = probabilities.row(state)
            return law.indices.map { symbol in
                NamedParameter(
                    name: "emission[\(state),\(symbol)]", value: law[symbol],
                    derivatives: row.derivatives(of: symbol, at: law, first: first))
            }
        }
    }
}
