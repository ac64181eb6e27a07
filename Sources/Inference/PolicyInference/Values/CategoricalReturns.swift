import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// Laws of returns on equally spaced atoms, as in C51 (Bellemare, Dabney and Munos 2017, arXiv
/// 1707.06887).
public struct CategoricalReturns: Sendable, Equatable {
    /// z_i in reward units, ascending.
    public let atoms: [Double]
    /// The distance between neighbors.
    public var spacing: Double {
        (atoms[atoms.count - 1] - atoms[0]) / Double(atoms.count - 1)
    }

    /// Atoms from the least to the largest return.
    ///
    /// - Parameters:
    ///   - count: how many, at least 2.
    ///   - minimum: the first, in reward units.
    ///   - maximum: the last.
    public init(count: Int, minimum: Double, maximum: Double) {
        if count < 2 || !(minimum < maximum) {
            fail("CategoricalReturns", "\(count) atoms in \(minimum)...\(maximum)")
        }
        atoms = (0..<count).map {
            minimum + (maximum - minimum) * Double($0) / Double(count - 1)
        }
    }

    /// Adds the law of r + γ Z, times a weight, to a law: mass between two atoms is shared so that the
    /// mean stays, mass beyond the ends is moved to them.
    ///
    /// - Parameters:
    ///   - law: that of Z, `[atoms]`.
    ///   - reward: r.
    ///   - discount: γ; 0 after a termination.
    ///   - weight: the factor.
    ///   - result: what is added to, `[atoms]`.
    public func addProjection(
        of law: [Double], reward: Double, discount: Double, weight: Double = 1,
        to result: inout [Double]
    ) {
        if law.count != atoms.count || result.count != atoms.count {
            fail(
                "CategoricalReturns.addProjection",
                "\(law.count) and \(result.count) probabilities for \(atoms.count) atoms")
        }
        let (spacing, last) = (spacing, atoms.count - 1)
        for (atom, mass) in zip(atoms, law) where mass != 0 {
            let position = (reward + discount * atom - atoms[0]) / spacing
            let clipped = min(max(position, 0), Double(last))
            let lower = min(Int(clipped), last - 1)
            let share = clipped - Double(lower)
            result[lower] += weight * mass * (1 - share)
            result[lower + 1] += weight * mass * share
        }
    }

    /// The law of r + γ Z on the atoms, `[atoms]`.
    public func projection(of law: [Double], reward: Double, discount: Double) -> [Double] {
        var result = Array(repeating: 0.0, count: atoms.count)
        addProjection(of: law, reward: reward, discount: discount, to: &result)
        return result
    }

    /// All mass at a return, `[atoms]`.
    public func certain(_ value: Double) -> [Double] {
        var law = Array(repeating: 0.0, count: atoms.count)
        law[0] = 1
        return projection(of: law, reward: value, discount: 0)
    }

    /// E[Z] in reward units.
    public func mean(_ law: [Double]) -> Double { dot(atoms, law) }

    /// (1 / α) log E[exp(α Z)] in reward units: what a return is worth to the posterior given
    /// optimality, which seeks risk; E[Z] in the limit of α = 0.
    ///
    /// - Parameters:
    ///   - law: that of Z, `[atoms]`.
    ///   - rewardScale: α, not 0; negative scales shun risk.
    public func riskValue(_ law: [Double], rewardScale: Double) -> Double {
        logSumExp(zip(atoms, law).map { rewardScale * $0 + log($1) }) / rewardScale
    }

    /// The Cramér distance (∫ (F(z) − G(z))² dz)^½ of two laws, in the root of reward units.
    public func cramerDistance(_ left: [Double], _ right: [Double]) -> Double {
        var (difference, sum) = (0.0, 0.0)
        for (first, second) in zip(left, right) {
            difference += first - second
            sum += difference * difference
        }
        return (spacing * sum).squareRoot()
    }
}
