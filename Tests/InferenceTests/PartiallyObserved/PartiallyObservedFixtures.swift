import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra

/// Models that several suites share.
enum PartiallyObservedFixture {
    /// TIGER: states left, right; actions listen, open left, open right; hear left, hear right.
    static func tiger() throws -> PartiallyObservedModel {
        let reset = [0.5, 0.5]
        let dynamics = try TabularModel(
            dense: [[[1, 0], reset, reset], [[0, 1], reset, reset]],
            rewards: [[-1, -100, 10], [-1, 10, -100]], start: [0.5, 0.5])
        let deaf = Matrix([reset, reset])
        return try PartiallyObservedModel(
            dynamics: dynamics,
            observations: [Matrix([[0.85, 0.15], [0.15, 0.85]]), deaf, deaf],
            discount: 0.95)
    }

    /// The belief after n more hears of the left side than of the right.
    static func net(_ n: Int) -> [Double] {
        let odds = pow(0.85 / 0.15, Double(n))
        return [odds / (1 + odds), 1 / (1 + odds)]
    }

    /// States, actions and observations with random laws and rewards.
    static func random(
        _ states: Int, _ actions: Int, _ observations: Int, seed: UInt64, discount: Double = 0.9
    ) throws -> PartiallyObservedModel {
        var generator = Generator(seed: seed)
        let dynamics = try TabularModel(
            dense: (0..<states).map { _ in
                (0..<actions).map { _ in HiddenMarkovFixture.law(states, &generator) }
            }, rewards: (0..<states).map { _ in (0..<actions).map { _ in generator.normal() } },
            start: HiddenMarkovFixture.law(states, &generator))
        return try PartiallyObservedModel(
            dynamics: dynamics,
            observations: (0..<actions).map { _ in
                HiddenMarkovFixture.matrix(states, observations, &generator)
            }, discount: discount)
    }
}
