import OptimistCore
import OptimistTorch

/// Actions improved without parameters: q(a|s) ∝ p(a|s) exp(Q(s,a)/η), whose temperature η keeps q
/// near p (Abdolmaleki et al. 2018, arXiv 1806.06920, equations 7 to 9).
///
/// Each row has actions with their log-prior: log π of every choice, or −log N for N draws of π.
package enum ExpectationStep {
    /// q, `[rows, actions]`, each row summing to 1.
    ///
    /// - Parameters:
    ///   - values: Q in reward, `[rows, actions]`.
    ///   - logPrior: log p, which broadcasts to that.
    ///   - temperature: η in reward, one number.
    package static func weights(
        values: Tensor, logPrior: Tensor, temperature: Tensor
    ) -> Tensor {
        (values / temperature + logPrior).softmax()
    }

    /// The dual of the temperature, η (ε + E_s log E_p exp(Q/η)), least where E_s KL(q ‖ p) = ε;
    /// differentiable in η.
    ///
    /// - Parameters:
    ///   - values: Q in reward, `[rows, actions]`.
    ///   - logPrior: log p, which broadcasts to that.
    ///   - temperature: η in reward, one number.
    ///   - limit: ε in nats.
    package static func dual(
        values: Tensor, logPrior: Tensor, temperature: Tensor, limit: Double
    ) -> Tensor {
        let evidence = (values / temperature + logPrior).logSumExp(axis: -1).mean()
        return (temperature * (evidence + limit)).sum()
    }

    /// KL(q ‖ p) of each row in nats, `[rows]`.
    package static func divergence(weights: Tensor, logPrior: Tensor) -> Tensor {
        let ratio = weights.maximum(1e-30).log() - logPrior.maximum(-1e30)
        return (weights * ratio).sum(axis: -1)
    }
}
