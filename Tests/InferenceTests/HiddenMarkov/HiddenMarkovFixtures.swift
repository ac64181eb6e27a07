import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra

/// Models that several suites share.
enum HiddenMarkovFixture {
    /// Rain (0) and dry (1); umbrella is symbol 1.
    static func umbrella() throws -> HiddenMarkovModel<CategoricalEmission> {
        try HiddenMarkovModel(
            states: DiscreteStateSpace(
                initial: [0.5, 0.5], transitions: Matrix([[0.7, 0.3], [0.3, 0.7]])),
            emission: CategoricalEmission(Matrix([[0.1, 0.9], [0.8, 0.2]])))
    }

    static func law(_ count: Int, _ generator: inout Generator) -> [Double] {
        let draws = (0..<count).map { _ in generator.uniform(0.05, 1) }
        return draws.map { $0 / draws.reduce(0, +) }
    }

    static func matrix(_ rows: Int, _ columns: Int, _ generator: inout Generator) -> Matrix {
        Matrix((0..<rows).map { _ in law(columns, &generator) })
    }

    /// Three states, two actions, four symbols, all laws random.
    static func controlled(_ seed: UInt64) throws -> HiddenMarkovModel<CategoricalEmission> {
        var generator = Generator(seed: seed)
        return try HiddenMarkovModel(
            states: DiscreteStateSpace(
                initial: law(3, &generator),
                transitionsByAction: [matrix(3, 3, &generator), matrix(3, 3, &generator)]),
            emission: CategoricalEmission(matrix(3, 4, &generator)))
    }
}

func largestDifference(_ left: [Double], _ right: [Double]) -> Double {
    left.count == right.count
        ? zip(left, right).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
}
