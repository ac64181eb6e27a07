import OptimistCore
import OptimistModels
import OptimistTorch

/// What the head of every option says of rows of observations: logits, or means with deviations
/// that do not depend on the observation.
package struct OptionHeads {
    /// Logits or means, `[rows, K, width]`.
    let outputs: Tensor
    /// The logarithm of each option's deviations, `[K, width]`, where actions are numbers.
    let logDeviations: Tensor?

    /// Heads from a network's outputs.
    ///
    /// - Parameters:
    ///   - outputs: `[rows, K · width]`.
    ///   - options: K.
    ///   - logDeviations: `[K, width]`, where actions are numbers.
    package init(_ outputs: Tensor, options: Int, logDeviations: Tensor?) {
        let (rows, count) = (outputs.size(axis: 0), outputs.size(axis: 1))
        self.outputs = outputs.reshaped([rows, options, count / options])
        self.logDeviations = logDeviations
    }

    /// log π(a | s, o) of one action a row under every option, `[rows, K]`.
    ///
    /// - Parameter actions: `[rows]` indices, or `[rows, width]`.
    package func logEmissions(_ actions: Tensor) -> Tensor {
        law(outputs, logDeviations).logDensity(actions.unsqueezed(axis: 1))
    }

    /// The law of actions of one option a row.
    ///
    /// - Parameter options: `[rows]` indices.
    package func actions(of options: Tensor) -> ActionLaw {
        let (rows, width) = (outputs.size(axis: 0), outputs.size(axis: 2))
        let index = options.reshaped([rows, 1, 1]).expanded([rows, 1, width])
        return law(
            outputs.gather(axis: 1, index).squeezed(axis: 1),
            logDeviations?.indexSelect(axis: 0, options))
    }

    /// The law of actions of weighted options: logits, means and log deviations are mixed.
    ///
    /// - Parameter weights: `[rows, K]`.
    func actions(mixedBy weights: Tensor) -> ActionLaw {
        law(
            (outputs * weights.unsqueezed(axis: 2)).sum(axis: 1),
            logDeviations.map { weights.matmul($0) })
    }

    private func law(_ outputs: Tensor, _ logDeviations: Tensor?) -> ActionLaw {
        guard let logDeviations else { return .categorical(.init(logits: outputs)) }
        let limits = PolicyNetwork.limits
        return .gaussian(
            .init(
                mean: outputs,
                logStandardDeviation: logDeviations.clamped(limits.lowerBound, limits.upperBound),
                eventRank: 1))
    }

    /// The logarithms of deviations at first, `[K, width]`, leaves of the graph; nil for choices.
    static func logDeviations(_ kind: ActionKind, options: Int, deviation: Double) -> Tensor? {
        guard case .continuous(let width, _) = kind else { return nil }
        return Tensor.full([options, width], deviation).log().requiringGradient()
    }
}
