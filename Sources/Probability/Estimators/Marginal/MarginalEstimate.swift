import Foundation
import OptimistCore
import OptimistTorch

/// log p(x) for each law of a batch, with what is known of its error.
///
/// Standard error and effective sample size are worked out when they are asked for, so that a
/// training step that needs neither does not pay for them.
public struct MarginalEstimate {
    /// The estimate, `[batch...]`, in nats; differentiable as `InnerSamples` says.
    public let logMarginal: Tensor
    /// How it was made.
    public let kind: MarginalLikelihood
    /// The log-weights of the inner samples, `[K, batch...]`; nil where nothing was sampled.
    public let logWeights: Tensor?

    /// The estimate that log-weights of inner samples give.
    ///
    /// - Parameters:
    ///   - logWeights: `[K, batch...]`, as `InnerSamples.logWeights` gives them.
    ///   - kind: how the samples were drawn.
    public init(logWeights: Tensor, kind: MarginalLikelihood) {
        if let count = kind.sampleCount, logWeights.size(axis: 0) != count {
            fail("MarginalEstimate", "weights \(logWeights.shape) for \(kind.rawValue)")
        }
        if case .jackknife = kind {
            logMarginal = jackknifeLogMeanExp(logWeights)
        } else {
            logMarginal = logMeanExp(logWeights)
        }
        self.kind = kind
        self.logWeights = kind == .exact ? nil : logWeights
    }

    /// A marginal likelihood known by a formula, `[batch...]`, such as that of a Kalman filter's
    /// innovation.
    public init(closedForm logMarginal: Tensor) {
        self.logMarginal = logMarginal
        kind = .exact
        logWeights = nil
    }

    /// The standard error of the estimate, `[batch...]`: by the delta method, for the mixture with
    /// each half's own spread, for the jackknife by its pseudovalues. Nil where there are too few
    /// samples, 0 where nothing was sampled.
    ///
    /// It comes from the weights that were drawn and is blind to what they missed.
    public var standardError: Tensor? {
        withoutGradient {
            guard let logWeights else { return .zeros(like: logMarginal) }
            let count = logWeights.size(axis: 0)
            switch kind {
            case .jackknife:
                let spread = jackknifePseudovalues(logWeights).variance(axis: 0)
                return (spread * (1 / Double(count))).sqrt()
            case .mixture:
                if count < 4 { return nil }
                let relative = normalizedWeights(logWeights) * Double(count)
                let halves = relative.reshaped([2, count / 2] + logMarginal.shape)
                let spread = halves.variance(axis: 1).sum(axis: 0)
                return (spread * (1 / Double(2 * count))).sqrt()
            case .exact, .prior, .posterior:
                return logMeanExpEstimate(logWeights).standardError
            }
        }
    }

    /// (Σ w)² / Σ w², `[batch...]`, between 1 and K; nil where nothing was sampled. Near 1 one
    /// sample decides, and estimate and standard error are worth little.
    public var effectiveSampleSize: Tensor? {
        logWeights.map { weights in
            withoutGradient { OptimistProbability.effectiveSampleSize(logWeights: weights) }
        }
    }

    /// The estimate with its standard error.
    public var estimate: TensorEstimate {
        let method = kind.sampleCount.map { TensorEstimate.Method.monteCarlo(samples: $0) }
        return TensorEstimate(
            mean: logMarginal, standardError: standardError, method: method ?? .closedForm)
    }
}
