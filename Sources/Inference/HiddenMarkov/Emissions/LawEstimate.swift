import Foundation
import OptimistCore

/// Estimates and draws of a law on finitely many outcomes.
enum LawEstimate {
    /// Replaces a law by the mode of its posterior: counts + concentration − 1, normalized.
    ///
    /// Impossible outcomes stay impossible. Where nothing was counted and the prior says nothing
    /// the law stays; pseudo-counts below zero (concentration < 1) are cut at zero.
    static func replace(_ law: inout [Double], counts: [Double], concentration: Double) {
        let weights = law.indices.map {
            law[$0] > 0 ? max(counts[$0] + concentration - 1, 0) : 0
        }
        let total = weights.reduce(0, +)
        if !(total > 0) { return }
        law = weights.map { $0 / total }
    }

    /// A law drawn uniformly from the simplex: normalized exponential draws.
    static func uniformDraw(count: Int, using generator: inout Generator) -> [Double] {
        let draws = (0..<count).map { _ in -log(1 - generator.uniform()) }
        let total = draws.reduce(0, +)
        return draws.map { $0 / total }
    }
}
