import OptimistCore
import OptimistProbability
import OptimistTorch

/// Amortized variational filtering (Marino, Cvitkovic and Yue 2018): at each step of a sequence the
/// posterior starts at the prior and is optimized by a learned network.
///
///     F_t(q) = KL(q(z_t) ‖ p(z_t | m_t)) − E_q[log p(x_t | z_t, m_t)]
///
/// Where memory is made of one draw of each posterior, the expectation of Σ F_t over draws is an
/// upper bound on −log p(x), with any number of samples: given the draws before, each mean over
/// samples is unbiased for its expectation under q(z_t), so that Σ F_t is for the free energy of
/// Π q(z_t | …). A single Σ F_t may lie below. Where memory takes in whole laws, Σ F_t is in
/// expectation above −Σ log p(x_t | m_t), which is −log p(x) only while those laws are exact.
///
/// Inference and model learn apart, as in variational EM: `filter` gives the loss of the network
/// alone, at the end or step by step, and `freeEnergy` that of the model, or of both through time.
public struct AmortizedVariationalFilter<Model: SequentialLatentModel> {
    /// The factors.
    public var model: Model
    /// Optimizes q.
    public var inference: IterativeInference
    /// Draws for each expectation, 1 or an even number.
    public var samples: Int

    /// A filter with its parts.
    public init(model: Model, inference: IterativeInference, samples: Int = 1) {
        self.model = model
        self.inference = inference
        self.samples = samples
    }

    /// A filter's way through sequences.
    public struct Result {
        /// q(z_t), batch `[time, batch]`; constant.
        public var posterior: Normal
        /// p(z_t | m_t), batch `[time, batch]`; constant.
        public var prior: Normal
        /// −F_t of the start and after every iteration, `[time, iterations + 1, batch]`, in nats.
        public var objectives: Tensor
        /// What the network of the inference learns by lowering, `[batch]`, summed over time, a mean
        /// over iterations; nil where it is not to learn. Only the network has gradients here.
        public var loss: Tensor?

        /// F_0 − F_n, what the iterations added, `[time, batch]`, in nats.
        public var improvement: Tensor {
            objectives.select(axis: 1, objectives.shape[1] - 1) - objectives.select(axis: 1, 0)
        }
    }

    /// Filters sequences; the model is constant.
    ///
    /// - Parameters:
    ///   - observations: `[time, batch, ...]`.
    ///   - actions: what was done after each observation but the last, `[time − 1, batch, ...]`; nil
    ///     for a system without actions.
    ///   - iterations: nil for as many as the network was made for.
    ///   - learning: whether to return a loss for the network of the inference.
    ///   - generator: draws states.
    public func filter(
        _ observations: Tensor, actions: Tensor? = nil, iterations: Int? = nil,
        learning: Bool = false, using generator: inout Generator
    ) -> Result {
        run(observations, actions, iterations, learning: learning, using: &generator, after: nil)
    }

    /// Filters sequences, and improves the network after every step of them, before the next one is
    /// inferred, as published code does.
    ///
    /// - Parameters:
    ///   - observations: `[time, batch, ...]`.
    ///   - actions: what was done after each observation but the last, `[time − 1, batch, ...]`; nil
    ///     for a system without actions.
    ///   - optimizer: of the parameters of `inference`.
    ///   - clippingNorm: a gradient of a greater norm is scaled down to it.
    ///   - generator: draws states.
    /// - Returns: the way through the sequences, without a loss.
    public func filterLearning(
        _ observations: Tensor, actions: Tensor? = nil, with optimizer: some Optimizer,
        clippingNorm: Double? = nil, using generator: inout Generator
    ) -> Result {
        run(observations, actions, nil, learning: true, using: &generator) { loss in
            optimizer.minimize(loss.mean(), clippingNorm: clippingNorm)
        }
    }

    /// −F of a law at a step, `[rows]`.
    func objective(
        _ law: Normal, _ prior: Normal, _ observation: Tensor, _ memory: Model.Memory,
        using generator: inout Generator
    ) -> Tensor {
        let draws = law.pairedDraws(samples, using: &generator)
        return model.logLikelihood(of: observation, given: draws, memory).mean(axis: 0)
            - law.divergence(to: prior)
    }

    /// The number of steps of sequences that go together.
    func steps(_ observations: Tensor, _ actions: Tensor?) -> Int {
        let count = observations.shape[0]
        if count == 0 || actions.map({ $0.shape[0] != count - 1 }) == true {
            fail(
                "AmortizedVariationalFilter",
                "observations \(observations.shape), and actions \(actions?.shape ?? []) between "
                    + "them")
        }
        return count
    }

    private func run(
        _ observations: Tensor, _ actions: Tensor?, _ iterations: Int?, learning: Bool,
        using generator: inout Generator, after step: ((Tensor) -> Void)?
    ) -> Result {
        let count = steps(observations, actions)
        var memory = withoutGradient { model.memory(rows: observations.shape[1]) }
        var (laws, priors) = ([Normal](), [Normal]())
        var (values, loss) = ([Tensor](), Tensor?.none)
        for time in 0..<count {
            let observation = observations[time]
            let prior = withoutGradient { model.prior(memory) }
            let found = inference.infer(from: prior, iterations: iterations, learning: learning) {
                objective($0, prior, observation, memory, using: &generator)
            }
            if let term = found.loss {
                if let step { step(term) } else { loss = loss.map { $0 + term } ?? term }
            }
            laws.append(found.posterior)
            priors.append(prior)
            values.append(found.objectives)
            if time + 1 == count { break }
            memory = withoutGradient {
                model.advance(
                    memory, by: found.posterior, doing: actions?[time], using: &generator)
            }
        }
        return Result(
            posterior: .stacked(laws), prior: .stacked(priors), objectives: .stacked(values),
            loss: loss)
    }
}

extension Normal {
    /// Laws of one shape along a new first axis of the batch.
    static func stacked(_ laws: [Normal]) -> Normal {
        Normal(
            mean: .stacked(laws.map(\.mean)),
            logStandardDeviation: .stacked(
                laws.map { $0.logStandardDeviation.expanded($0.shape) }),
            eventRank: laws[0].eventRank)
    }
}
