import OptimistCore
import OptimistProbability
import OptimistTorch

extension SequentialMonteCarlo.Cloud {
    /// Futures that count for little make room for copies of those that count for much.
    ///
    /// A state is resampled as a whole or not at all. Each group keeps its total weight: those that
    /// have ended, one by one, and the rest together; so Ẑ stays unbiased.
    mutating func resample(
        _ rule: SequentialMonteCarlo.Resampling, before step: Int,
        using generator: inout Generator
    ) {
        guard let due = isDue(rule) else { return ancestors.append(nil) }
        let count = planner.particles
        let start = Tensor.uniform(
            [states, 1], type: logWeights.elementType, device: logWeights.device,
            using: &generator)
        let goesOn =
            planner.keepsEnded
            ? survival.map { $0 .> 0 } ?? (.ones(like: logWeights) .> 0)
            : .ones(like: logWeights) .> 0
        let open = logWeights.maskedFill(.!goesOn, -.infinity)
        let ranks = goesOn.to(logWeights.elementType).cumulativeSum(axis: 1)
        let alive = ranks.slice(axis: 1, count - 1..<count)
        // Those that go on share the positions; one that has ended looks at some other's, in vain.
        let picked = open.softmax(axis: 1)
            .systematicIndices(start: start, total: alive, slots: count)
            .gather(axis: 1, (ranks - 1).maximum(0).to(.int64))
        let equal = open.logSumExp(axis: 1, keepingDimensions: true) - alive.log()
        let chosen = due .& goesOn
        let own = Tensor.arange(count).to(logWeights.device).expanded([states, count])
        let indices = Tensor.where(chosen, picked, own)
        logWeights = .where(chosen, equal, logWeights)
        survival = survival?.taking(indices)
        twist = twist?.taking(indices)
        information = information?.taking(indices)
        rows = rows.reshaped([states, count] + rows.shape.dropFirst()).taking(indices)
            .reshaped(rows.shape)
        ancestors.append(indices)
    }

    /// Which states are to be resampled, `[state, 1]`; nil for none.
    private func isDue(_ rule: SequentialMonteCarlo.Resampling) -> Tensor? {
        switch rule {
        case .never: return nil
        case .everyStep: return logWeights.max(axis: 1, keepingDimensions: true) .> -.infinity
        case .effectiveShare(let share):
            let squares = logWeights.softmax(axis: 1).square()
                .sum(axis: 1, keepingDimensions: true)
            return squares .> 1 / (share * Double(planner.particles))
        }
    }
}
