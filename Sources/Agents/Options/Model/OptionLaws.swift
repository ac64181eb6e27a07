import OptimistCore
import OptimistModels
import OptimistTorch

/// What the networks of an option policy say of rows of observations; differentiable where their
/// outputs are.
package struct OptionLaws {
    /// π(a | s, o).
    package let heads: OptionHeads
    /// log c(s, o′), `[rows, K]`.
    package let logContinuation: Tensor
    /// log (1 − c(s, o′)), `[rows, K]`.
    package let logStop: Tensor
    /// log π(o | s, o′), the mixture of going on and selecting, `[rows, K, K]`, the new option last.
    package let logTransitions: Tensor
    /// log q_1(o | s), `[rows, K]`.
    package let logFirst: Tensor

    /// The laws that outputs mean.
    ///
    /// - Parameters:
    ///   - networks: whose outputs they are.
    ///   - policies: `[rows, K · width]`.
    ///   - selection: `[rows, K (K + 2)]`.
    package init(_ networks: OptionNetworks, policies: Tensor, selection: Tensor) {
        let count = networks.options
        let rows = policies.size(axis: 0)
        heads = OptionHeads(policies, options: count, logDeviations: networks.logDeviations)
        let parts = selection.split(sizes: [count, count * count, count], axis: 1)
        logContinuation = parts[0].logSigmoid()
        logStop = (-parts[0]).logSigmoid()
        logFirst = parts[2].logSoftmax()
        let selected =
            parts[1].reshaped([rows, count, count]).logSoftmax() + logStop.unsqueezed(axis: 2)
        let same = (Tensor.identity(count) .> 0.5).expanded([rows, count, count])
        logTransitions = Tensor.where(
            same,
            selected.logAddExp(
                logContinuation.unsqueezed(axis: 2).expanded([rows, count, count])), selected)
    }

    /// log π(o | s, o′) with the law of the first option, whatever came before, where an episode
    /// starts; `[rows, K, K]`.
    ///
    /// - Parameter isFirst: 1 for rows where an episode starts, else 0, `[rows]`.
    package func logTransitions(isFirst: Tensor) -> Tensor {
        let shape = logTransitions.shape
        return Tensor.where(
            (isFirst .> 0.5).reshaped([shape[0], 1, 1]).expanded(shape),
            logFirst.unsqueezed(axis: 1).expanded(shape), logTransitions)
    }
}
