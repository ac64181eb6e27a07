import OptimistCore
import OptimistModels
import OptimistTorch

/// Keeps a policy within divergences of the one that acted by prices that adapt: one for choices; of
/// a Gaussian one for each mean and one for each deviation, which may go at different speeds
/// (Song et al. 2019, section 4.2).
final class SoftPolicyRegion {
    private let limits: Tensor
    private let prices: DualVariable

    init(_ kind: ActionKind, _ settings: VMPOSettings) {
        let each: [Double]
        switch kind {
        case .discrete: each = [settings.policyDivergence]
        case .continuous(let width, _):
            each =
                Array(repeating: settings.policyDivergence, count: width)
                + Array(repeating: settings.deviationDivergence, count: width)
        }
        limits = Tensor(each.map { Float($0) })
        prices = DualVariable(
            settings.initialMultiplier, count: each.count, learningRate: settings.dualLearningRate)
    }

    /// Means over rows of KL(old ‖ new): `[1]`, or `[2 · width]` of a Gaussian, means first.
    func divergence(from old: ActionLaw, to new: ActionLaw) -> Tensor {
        guard case .gaussian(let before) = old, case .gaussian(let after) = new else {
            return old.divergence(to: new).mean().reshaped([1])
        }
        let parts = DecoupledDivergences(from: before, to: after)
        return Tensor.concatenated([parts.mean, parts.deviation], axis: 0)
    }

    /// What divergences cost, a single number.
    func cost(_ divergence: Tensor) -> Tensor { (divergence * prices.value).sum() }

    /// Raises prices of what went too far, and lowers the others.
    func adapt(to divergence: Tensor) {
        prices.descend { ($0 * (limits - divergence)).sum() }
    }

    /// The mean price.
    var price: Double { prices.value.mean().item() }

    func save(to archive: Archive) { prices.save(to: archive) }
    func load(from archive: Archive) throws { try prices.load(from: archive) }
}
