import OptimistCore
import OptimistTorch

/// Equally spaced returns and laws over them, batch by batch (Bellemare, Dabney and Munos 2017,
/// arXiv 1707.06887); `CategoricalReturns` is the same for one law in double precision.
package struct CategoricalProjection {
    /// z_i in reward units, ascending, `[atoms]`.
    package let atoms: Tensor
    /// The least return.
    package let minimum: Double
    /// The largest return.
    package let maximum: Double
    private let count: Int

    /// Atoms from the least to the largest return.
    ///
    /// - Parameters:
    ///   - count: how many, at least 2.
    ///   - minimum: the first, in reward units.
    ///   - maximum: the last.
    ///   - type: of the atoms.
    package init(count: Int, minimum: Double, maximum: Double, type: ElementType = .float32) {
        if count < 2 || !(minimum < maximum) {
            fail("CategoricalProjection", "\(count) atoms in \(minimum)...\(maximum)")
        }
        atoms = .linearlySpaced(from: minimum, to: maximum, count: count, type: type)
        (self.count, self.minimum, self.maximum) = (count, minimum, maximum)
    }

    private var spacing: Double { (maximum - minimum) / Double(count - 1) }

    /// The laws of r + γ Z on the atoms, `[rows, atoms]`: mass between two atoms is shared so that
    /// the mean stays, mass beyond the ends is moved to them.
    ///
    /// - Parameters:
    ///   - laws: those of Z, `[rows, atoms]`.
    ///   - rewards: r, `[rows]`.
    ///   - discounts: γ, or 0 where the task ended, `[rows]`.
    package func callAsFunction(
        _ laws: Tensor, rewards: Tensor, discounts: Tensor
    ) -> Tensor {
        let returns = rewards.unsqueezed(axis: 1) + discounts.unsqueezed(axis: 1) * atoms
        let places = ((returns - minimum) / spacing).clamped(0, Double(count - 1))
        // Below the last atom, so that mass that lies on an atom is not lost.
        let lower = places.floor().minimum(Double(count - 2))
        let share = places - lower
        let index = lower.to(.int64)
        return Tensor.zeros(like: laws)
            .scatterAdd(axis: 1, index, laws * (1 - share))
            .scatterAdd(axis: 1, index + 1, laws * share)
    }

    /// E[Z], `[...]`, of logarithms of laws `[..., atoms]`.
    package func mean(_ logLaws: Tensor) -> Tensor { (logLaws.exp() * atoms).sum(axis: -1) }

    /// (1 / scale) log E[exp(scale · Z)], `[...]`: what a return is worth to the posterior given
    /// optimality, which seeks risk; negative scales shun it.
    package func riskValue(_ logLaws: Tensor, scale: Double) -> Tensor {
        (logLaws + atoms * scale).logSumExp(axis: -1) / scale
    }
}
