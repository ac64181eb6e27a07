import OptimistProbability
import OptimistTorch

/// The iterates of a search for Gaussians over action sequences: what each was worth, and the best
/// of every state. All of it is constant.
struct PlanIterates {
    /// An iterate with its value.
    private struct Iterate {
        /// `[state, horizon, action]`.
        var mean: Tensor
        /// `[state, horizon, action]`.
        var logDeviation: Tensor
        /// J, `[state]`.
        var value: Tensor
        /// `[state]`.
        var information: Tensor?
    }

    private var best: Iterate?
    /// J of every iterate, `[state]` each, and its standard error.
    private var values: [Tensor] = []
    private var errors: [Tensor] = []
    /// Draws of each state and iterate.
    private var samples = 0

    /// Adds an iterate.
    ///
    /// - Parameters:
    ///   - mean: `[state, horizon, action]`.
    ///   - logDeviation: likewise.
    ///   - bound: what it is worth.
    mutating func add(_ mean: Tensor, _ logDeviation: Tensor, worth bound: PlanningBoundDraws) {
        withoutGradient {
            samples = bound.values.shape[1]
            let value = bound.mean.detached()
            values.append(value)
            errors.append(bound.standardError.detached())
            let new = Iterate(
                mean: mean.detached(), logDeviation: logDeviation.detached(), value: value,
                information: bound.information?.mean(axis: 1).detached())
            best = best.map { better($0, new) } ?? new
        }
    }

    private func better(_ old: Iterate, _ new: Iterate) -> Iterate {
        // Not a number is never better, and always worse.
        let isBetter = (new.value .> old.value) .| old.value.isNaN()
        let wide = isBetter.reshaped([-1, 1, 1])
        return Iterate(
            mean: .where(wide, new.mean, old.mean),
            logDeviation: .where(wide, new.logDeviation, old.logDeviation),
            value: .where(isBetter, new.value, old.value),
            information: new.information.map { .where(isBetter, $0, old.information!) })
    }

    /// The best iterates as a posterior.
    ///
    /// - Parameter habit: at the states planned from.
    /// - Throws: `PlanningError.noFiniteScore` where no iterate of a state has a finite value.
    func posterior(habit: Normal) throws -> ActionPosterior<Normal> {
        let best = best!
        try best.value.requireFiniteStates()
        let sequence = Normal(
            mean: best.mean, logStandardDeviation: best.logDeviation, eventRank: 2)
        var posterior = ActionPosterior(
            first: sequence.firstStep, habit: habit, iterations: values.count - 1,
            evaluations: samples * values.count)
        posterior.sequence = sequence
        posterior.objective = TensorEstimate(
            mean: .stacked(values), standardError: .stacked(errors),
            method: .monteCarlo(samples: samples))
        posterior.information = best.information
        return posterior
    }
}
