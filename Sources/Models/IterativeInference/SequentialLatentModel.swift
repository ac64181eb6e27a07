import OptimistCore
import OptimistProbability
import OptimistTorch

/// A model of sequences with a latent state at each step, given by its factors one step at a time:
///
///     p(x, z | a) = Π p(z_t | m_t) p(x_t | z_t, m_t)
///
/// where m_t is what it remembers of what came before, actions included: a draw of the last state,
/// the state of a recurrent network, or, where the dynamics can take in a whole law, the last
/// posterior itself.
public protocol SequentialLatentModel {
    /// What is remembered from step to step.
    associatedtype Memory

    /// What is remembered before anything has arrived.
    func memory(rows: Int) -> Memory
    /// p(z_t | m_t), batch `[rows]`, event `[latent]`.
    func prior(_ memory: Memory) -> Normal
    /// log p(x_t | z_t, m_t) in nats, `[samples, rows]`.
    ///
    /// - Parameters:
    ///   - observation: `[rows, ...]`.
    ///   - latents: draws of z_t, `[samples, rows, latent]`.
    ///   - memory: m_t.
    func logLikelihood(of observation: Tensor, given latents: Tensor, _ memory: Memory) -> Tensor
    /// m_{t+1}; draws of the posterior are reparameterized.
    ///
    /// - Parameters:
    ///   - memory: m_t.
    ///   - posterior: q(z_t).
    ///   - action: what was done after x_t, `[rows, ...]`; nil for a system without actions.
    ///   - generator: draws states.
    func advance(
        _ memory: Memory, by posterior: Normal, doing action: Tensor?,
        using generator: inout Generator
    ) -> Memory
}
