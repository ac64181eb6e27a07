import OptimistCore
import OptimistTorch

extension SequenceBound {
    /// Means over the steps that count, as many as there are actions; standard errors are those of
    /// a ratio of sums over sequences, which may differ in length.
    public func perStep() -> SequenceEvaluation {
        let sums = SequenceSums(of: self)
        let steps = sums.actions.values.reduce(0, +)
        if steps == 0 { fail("SequenceBound.perStep", "no action counts") }
        return sums.evaluation(
            over: sums.actions.values, context(.perStep(validSteps: Int(steps.rounded()))))
    }

    /// Mean sums over whole sequences, each column one trajectory.
    public func perTrajectory() -> SequenceEvaluation {
        let sums = SequenceSums(of: self)
        return sums.evaluation(
            over: sums.actions.values.map { _ in 1 },
            context(.trajectory(steps: mask.arrived.size(axis: 0))))
    }
}

/// Sums over time of what a bound is made of, one number a sequence.
private struct SequenceSums {
    /// One number for each sequence.
    struct Column: BoundValue {
        var values: [Double]

        static func + (left: Column, right: Column) -> Column {
            Column(values: zip(left.values, right.values).map { $0 + $1 })
        }

        static func - (left: Column, right: Column) -> Column {
            Column(values: zip(left.values, right.values).map { $0 - $1 })
        }
    }

    let actions: Column
    let reward: Column
    let informationGain: Column?
    let logLikelihood: Column?
    let logMarginal: Column?
    let stateConsistency: Column?
    let actionConsistency: Column?

    init(of bound: SequenceBound) {
        let tensors: [Tensor?] = [
            bound.mask.acted, bound.arriving(bound.logOptimality),
            bound.informationGain.map(bound.arriving), bound.logLikelihood.map(bound.arriving),
            bound.logMarginal.map(bound.arriving), bound.stateConsistency.map(bound.arriving),
            bound.actionConsistency.map(bound.acting),
        ]
        // Everything is read back at once.
        let sums = withoutGradient {
            Tensor.stacked(tensors.compactMap { $0?.to(.float64).sum(axis: 0) }).doubles()
        }
        let width = bound.mask.acted.size(axis: 1)
        var rest = sums[...]
        let columns = tensors.map { tensor -> Column? in
            if tensor == nil { return nil }
            defer { rest = rest.dropFirst(width) }
            return Column(values: Array(rest.prefix(width)))
        }
        (actions, reward) = (columns[0]!, columns[1]!)
        (informationGain, logLikelihood, logMarginal) = (columns[2], columns[3], columns[4])
        (stateConsistency, actionConsistency) = (columns[5], columns[6])
    }

    func evaluation(over counts: [Double], _ context: BoundContext) -> SequenceEvaluation {
        func estimate(_ column: Column) -> Estimate { ratio(column.values, counts) }
        let columns = Bound<Column>(
            reward: reward, informationGain: informationGain,
            stateConsistency: stateConsistency, actionConsistency: actionConsistency,
            context: context)
        var bound = columns.map { estimate($0).mean }
        for (name, column) in columns.terms + [("total", columns.total!)] {
            bound.context.standardErrors[name] = estimate(column).standardError
        }
        var slack: Column?
        if let logLikelihood, let logMarginal, let stateConsistency {
            slack = logLikelihood - logMarginal - stateConsistency
        }
        return SequenceEvaluation(
            bound: bound, logLikelihood: logLikelihood.map(estimate),
            logMarginal: logMarginal.map(estimate), filterSlack: slack.map(estimate))
    }

    /// Σ values / Σ counts with the standard error of a ratio estimator.
    private func ratio(_ values: [Double], _ counts: [Double]) -> Estimate {
        let (count, total) = (Double(values.count), counts.reduce(0, +))
        let mean = values.reduce(0, +) / total
        let squares = zip(values, counts).reduce(0) { sum, pair in
            let residual = pair.0 - mean * pair.1
            return sum + residual * residual
        }
        let error = (squares * count / (count - 1)).squareRoot() / total
        return Estimate(
            mean: mean, standardError: count > 1 ? error : nil, count: values.count)
    }
}
