import OptimistCore
import OptimistModels
import OptimistTorch

/// The loss of an option-critic on rows of features: gradients of the policies of options, of their
/// terminations, and of the critic (Bacon, Harb and Precup 2017, arXiv 1609.05140, theorems 1, 2).
package struct OptionCriticLoss {
    /// Steps that were taken: rows by index, one entry a step.
    package struct Acting {
        /// Rows of features, `[steps]`.
        package var rows: Tensor
        /// The option in force, `[steps]`.
        package var options: Tensor
        /// `[steps]` indices, or `[steps, width]`.
        package var actions: Tensor
        /// What the action brought beyond Q(s, o), `[steps]`, in reward.
        package var advantages: Tensor
        /// What Q(s, o) should be, `[steps]`, in reward.
        package var targets: Tensor
        /// How much each step counts, `[steps]`.
        package var weights: Tensor

        /// Steps with their parts.
        package init(
            rows: Tensor, options: Tensor, actions: Tensor, advantages: Tensor, targets: Tensor,
            weights: Tensor
        ) {
            (self.rows, self.options, self.actions) = (rows, options, actions)
            (self.advantages, self.targets, self.weights) = (advantages, targets, weights)
        }
    }

    /// Arrivals with an option that may end there.
    package struct Arriving {
        /// Rows of features, `[arrivals]`.
        package var rows: Tensor
        /// The option that arrives, `[arrivals]`.
        package var options: Tensor
        /// Q(s′, o) − V(s′) + ξ + η, what going on is better by, `[arrivals]`, in reward.
        package var advantages: Tensor
        /// How much each arrival counts, `[arrivals]`.
        package var weights: Tensor

        /// Arrivals with their parts.
        package init(rows: Tensor, options: Tensor, advantages: Tensor, weights: Tensor) {
            (self.rows, self.options) = (rows, options)
            (self.advantages, self.weights) = (advantages, weights)
        }
    }

    /// What is minimized.
    package let total: Tensor
    /// The critic's mean squared error.
    package let critic: Tensor
    /// The mean entropy of the options' policies, in nats.
    package let entropy: Tensor

    /// The loss.
    ///
    /// - Parameters:
    ///   - heads: the policies of all rows, with gradients.
    ///   - terminations: the logits of β(s, o), `[rows, K]`, with gradients.
    ///   - values: Q(s, o), `[rows, K]`, with gradients.
    ///   - acting: steps that were taken.
    ///   - arriving: arrivals with an option.
    ///   - entropyWeight: reward that a nat of entropy is worth.
    ///   - valueWeight: the weight of the critic's loss.
    package init(
        _ heads: OptionHeads, terminations: Tensor, values: Tensor, acting: Acting,
        arriving: Arriving, entropyWeight: Double, valueWeight: Double
    ) {
        let steps = OptionHeads(
            heads.outputs.indexSelect(axis: 0, acting.rows).flattened(from: 1, to: 2),
            options: values.size(axis: 1), logDeviations: heads.logDeviations)
        let law = steps.actions(of: acting.options)
        let score = law.logDensity(acting.actions) * acting.advantages * acting.weights
        entropy = (law.entropy! * acting.weights).sum()
        let ends = OptionCriticLoss.chosen(terminations, arriving.rows, arriving.options).sigmoid()
        let found = OptionCriticLoss.chosen(values, acting.rows, acting.options)
        critic = ((found - acting.targets).square() * acting.weights).sum()
        total =
            (ends * arriving.advantages * arriving.weights).sum() - score.sum()
            - entropy * entropyWeight + critic * valueWeight
    }

    /// The numbers of some rows and options, `[rows]`.
    static func chosen(_ table: Tensor, _ rows: Tensor, _ options: Tensor) -> Tensor {
        table.indexSelect(axis: 0, rows).gather(axis: 1, options.unsqueezed(axis: 1))
            .squeezed(axis: 1)
    }
}
