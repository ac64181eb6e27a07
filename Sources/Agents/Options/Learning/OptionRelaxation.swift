import Foundation
import OptimistCore
import OptimistInference
import OptimistTorch

/// Options relaxed by Gumbel noise (Jang, Gu and Poole 2017, arXiv 1611.01144; Maddison, Mnih and
/// Teh 2017, arXiv 1611.00712): weights of all options, softmax((log π(· | s, õ′) + noise) / heat),
/// through which gradients pass. Weighted options mix their logits.
package struct OptionRelaxation {
    /// õ_t, `[T, B, K]`.
    let weights: Tensor
    /// Σ_o õ_t(o) log π(o | s_t, õ_{t−1}), `[T, B]`.
    let logOptions: Tensor
    /// log π(a_t | s_t, õ_t), `[T, B]`.
    let logActions: Tensor
    /// Σ_o õ_{t−1}(o) (1 − c(s_t, o)), `[T, B]`; 0 at a start.
    let stops: Tensor

    /// Follows the noise along trajectories; differentiable where the laws are.
    ///
    /// - Parameters:
    ///   - trajectories: with their noise.
    ///   - laws: of the rows `T × B`.
    ///   - heat: the temperature.
    ///   - isHard: whether weights are one-hot, with the gradients of soft ones.
    init(_ trajectories: OptionTrajectories, _ laws: OptionLaws, heat: Double, isHard: Bool) {
        let (steps, batch) = (trajectories.steps, trajectories.batch)
        let count = laws.logFirst.size(axis: 1)
        let first = laws.logFirst.reshaped([steps, batch, count])
        let mixture = laws.logTransitions.exp().reshaped([steps, batch, count, count])
        let stop = laws.logStop.exp().reshaped([steps, batch, count])
        var (all, costs, endings) = ([Tensor](), [Tensor](), [Tensor]())
        for step in 0..<steps {
            var logits = first.select(axis: 0, step)
            if let before = all.last {
                logits = Self.logMixture(before, mixture.select(axis: 0, step))
                endings.append((before * stop.select(axis: 0, step)).sum(axis: 1))
            } else {
                endings.append(Tensor.zeros([batch]))
            }
            let chosen = Self.weights(
                logits, trajectories.noise!.select(axis: 0, step), heat: heat, isHard: isHard)
            all.append(chosen)
            costs.append((chosen * logits).sum(axis: 1))
        }
        weights = Tensor.stacked(all, axis: 0)
        logOptions = Tensor.stacked(costs, axis: 0)
        stops = Tensor.stacked(endings, axis: 0)
        logActions =
            laws.heads.actions(mixedBy: weights.flattened(from: 0, to: 1))
            .logDensity(trajectories.actions.flattened(from: 0, to: 1)).reshaped([steps, batch])
    }

    /// log Σ_{o′} õ(o′) π(o | s, o′), `[rows, K]`.
    package static func logMixture(_ before: Tensor, _ transitions: Tensor) -> Tensor {
        (before.unsqueezed(axis: 2) * transitions).sum(axis: 1).maximum(1e-20).log()
    }

    /// softmax((logits + noise) / heat), `[rows, K]`.
    package static func weights(
        _ logits: Tensor, _ noise: Tensor, heat: Double, isHard: Bool
    ) -> Tensor {
        let soft = ((logits + noise) / heat).softmax()
        if !isHard { return soft }
        let hard = soft.argmax(axis: 1).oneHot(classes: soft.size(axis: 1))
        return hard + (soft - soft.detached())
    }

    /// Standard Gumbel noise.
    package static func noise(_ count: Int, using generator: inout Generator) -> [Float] {
        (0..<count).map { _ in
            Float(-log(-log(max(generator.uniform(), 1e-12))))
        }
    }
}
