import OptimistCore
import OptimistTorch

/// A marginal likelihood whose number of samples was doubled until it made no difference.
public struct DoubledMarginal {
    /// The last estimate; its kind tells how many samples it took.
    public let estimate: MarginalEstimate
    /// Whether the last doubling changed the mean over the batch by less than one standard error
    /// of that change. False where the limit came first: the estimate is then too low still.
    public let isSettled: Bool
    /// The change of the mean over the batch by the last doubling, in nats; nil where none was
    /// made.
    public let change: Double?
}

extension MarginalLikelihood {
    /// Estimates log p(x) with K, 2K, 4K... samples until the mean over the batch changes by less
    /// than one standard error. For evaluation: each round draws its samples afresh and reads back.
    ///
    /// - Parameters:
    ///   - prior: p(z), its batch shape that of the result.
    ///   - posterior: q(z) of the same shape, needed where `usesPosterior`.
    ///   - limit: the most samples of a round.
    ///   - generator: what is random.
    ///   - logLikelihood: as in `estimate`; called once a round.
    public func settledEstimate(
        prior: any TensorDistribution, posterior: (any TensorDistribution)? = nil, limit: Int,
        using generator: inout Generator, logLikelihood: (Tensor) throws -> Tensor
    ) rethrows -> DoubledMarginal {
        func round(_ kind: MarginalLikelihood) throws -> MarginalEstimate {
            try kind.estimate(
                prior: prior, posterior: posterior, gradient: .detached, using: &generator,
                logLikelihood: logLikelihood)
        }
        var last = try round(self)
        var change: Double?
        while let count = last.kind.sampleCount, 2 * count <= limit {
            let next = try round(last.kind.doubled)
            let step = (next.logMarginal - last.logMarginal).mean().item()
            let error = meanError([last, next])
            (last, change) = (next, step)
            if let error, abs(step) < error {
                return DoubledMarginal(estimate: last, isSettled: true, change: change)
            }
        }
        return DoubledMarginal(
            estimate: last, isSettled: last.kind == .exact, change: change)
    }

    /// The standard error of the difference of two means over a batch; nil where one has none.
    private func meanError(_ estimates: [MarginalEstimate]) -> Double? {
        let squares = estimates.compactMap { $0.standardError?.square().sum() }
        guard squares.count == estimates.count, let first = squares.first else { return nil }
        let sum = squares.dropFirst().reduce(first, +)
        return sum.item().squareRoot() / Double(estimates[0].logMarginal.count)
    }
}
