import OptimistCore
import OptimistTorch

/// The forward pass of many hidden Markov chains side by side, in logarithms, with tensors: on any
/// device, and with gradients in every parameter.
public struct BatchedHiddenMarkovModel {
    /// log p(s₁), `[states]` or `[series, states]`.
    public var logInitial: Tensor
    /// log p(s′ | s), `[states, states]` or `[series, states, states]`.
    public var logTransition: Tensor

    /// A chain from its laws.
    public init(logInitial: Tensor, logTransition: Tensor) {
        self.logInitial = logInitial
        self.logTransition = logTransition
    }

    /// log p(s_t | x_1…x_t), `[time, series, states]`, and log p(x) of each series, `[series]`.
    ///
    /// - Parameter logEmissions: log p(x_t | s), `[time, series, states]`; zeros where an
    ///   observation is missing.
    public func filter(_ logEmissions: Tensor) -> (logLaws: Tensor, logLikelihood: Tensor) {
        if logEmissions.rank != 3 || logEmissions.size(axis: 2) != logInitial.size(axis: -1) {
            fail(
                "BatchedHiddenMarkovModel.filter",
                "emissions \(logEmissions.shape) for \(logInitial.size(axis: -1)) states")
        }
        var (laws, total) = ([Tensor](), Tensor?.none)
        var prediction = logInitial
        for step in 0..<logEmissions.size(axis: 0) {
            let joint = prediction + logEmissions.select(axis: 0, step)
            let evidence = joint.logSumExp(axis: -1, keepingDimensions: true)
            let law = joint - evidence
            laws.append(law)
            let sum = evidence.squeezed(axis: -1)
            total = total.map { $0 + sum } ?? sum
            prediction = (law.unsqueezed(axis: -1) + logTransition).logSumExp(axis: -2)
        }
        guard let total else { fail("BatchedHiddenMarkovModel.filter", "there is no step") }
        return (Tensor.stacked(laws), total)
    }
}
