import Foundation
import OptimistCore
import OptimistTorch

/// τ, reward that a nat of action consistency costs: fixed, or found so that the policy keeps an
/// entropy (Haarnoja et al. 2018, arXiv 1812.05905, section 5).
///
/// Descent of −log τ · (log π + entropy): an entropy that is too low raises τ.
package final class Temperature {
    /// How τ is set.
    package enum Choice: Hashable, Sendable {
        /// A number.
        case fixed(Double)
        /// Found, from a first value; the entropy is in nats.
        case automatic(entropy: Double, initial: Double)
    }

    private let choice: Choice
    private let logarithm: Tensor
    private let optimizer: Adam?

    package init(_ choice: Choice, learningRate: Double) {
        self.choice = choice
        switch choice {
        case .fixed(let value):
            logarithm = Tensor.full([1], log(value))
            optimizer = nil
        case .automatic(_, let initial):
            logarithm = Tensor.full([1], log(initial)).requiringGradient()
            optimizer = Adam(
                [NamedTensor("logTemperature", logarithm)], learningRate: learningRate)
        }
    }

    /// τ as a tensor of one number, a constant to gradients.
    package var value: Tensor { logarithm.detached().exp() }

    /// A step given log π of actions drawn from the policy, `[rows]`.
    package func adapt(to logDensities: Tensor) {
        guard case .automatic(let entropy, _) = choice, let optimizer else { return }
        optimizer.step([-(logDensities.detached().mean() + entropy).reshaped([1])])
    }

    func save(to archive: Archive) {
        archive.store(logarithm.detached(), as: "logarithm")
        optimizer?.save(to: archive.scope("optimizer"))
    }

    func load(from archive: Archive) throws {
        logarithm.detached().assign(try archive.tensor("logarithm", like: logarithm))
        try optimizer?.load(from: archive.scope("optimizer"))
    }
}
