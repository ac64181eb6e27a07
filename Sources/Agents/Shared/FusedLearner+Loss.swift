import OptimistTorch

extension FusedLearner {
    /// One step down a loss of the first network's outputs.
    ///
    /// - Parameters:
    ///   - features: the rows that the network reads, `[rows, inputs]`.
    ///   - loss: a single number, of outputs `[rows, outputs]`, or `[member, rows, outputs]`.
    /// - Returns: the loss before; where the gradient's norm is not finite that norm, and nothing
    ///   has changed.
    func step(on features: Tensor, down loss: (Tensor) -> Tensor) -> Double {
        var before: Tensor!
        let norm = minimize(features) { outputs in
            let value = loss(outputs[0])
            before = value.detached()
            return value
        }
        return norm.isFinite ? before.item() : norm
    }
}
