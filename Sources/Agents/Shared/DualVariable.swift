import Foundation
import OptimistCore
import OptimistTorch

/// Positive numbers that descend their own losses: temperatures and multipliers, made by softplus.
package final class DualVariable {
    private let raw: Tensor
    private let optimizer: Adam
    /// Keeps numbers off 0.
    private static let least = 1e-8
    /// Raw numbers below this would hardly be heard.
    private static let lowest = -18.0

    /// Numbers that begin at a value.
    package init(_ initial: Double, count: Int = 1, learningRate: Double) {
        // The inverse of softplus, which above 30 is the identity.
        let inverse = initial > 30 ? initial : log(expm1(initial))
        raw = Tensor.full([count], inverse).requiringGradient()
        optimizer = Adam([NamedTensor("raw", raw)], learningRate: learningRate)
    }

    /// The numbers, `[count]`, constants to gradients.
    package var value: Tensor { raw.detached().softplus() + Self.least }

    /// One step down a loss of the numbers.
    package func descend(_ loss: (Tensor) -> Tensor) {
        let found = gradients(of: loss(raw.softplus() + Self.least), withRespectTo: [raw])
        optimizer.step(found)
        raw.detached().assign(raw.detached().maximum(Self.lowest))
    }

    func save(to archive: Archive) {
        archive.store(raw.detached(), as: "raw")
        optimizer.save(to: archive.scope("optimizer"))
    }

    func load(from archive: Archive) throws {
        raw.detached().assign(try archive.tensor("raw", like: raw))
        try optimizer.load(from: archive.scope("optimizer"))
    }
}
