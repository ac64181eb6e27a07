import OptimistCore
import OptimistInference
import OptimistTorch

/// The loss of relaxed options: the score of actions given the relaxed options, and the options'
/// own terms of the bound, through which gradients pass.
struct RelaxedLoss {
    /// What is minimized.
    let total: Tensor
    /// What V(s_t) should be, `[T, B]`, in nats.
    let targets: [Double]
    /// The terms of the bound.
    let terms: OptionTerms

    /// The loss of trajectories.
    ///
    /// - Parameters:
    ///   - evaluation: the trajectories as numbers.
    ///   - relaxation: the relaxed options, with gradients.
    ///   - credit: which terms each decision answers for.
    ///   - logFactors: log q̃_t of weights `[T, B, K]`; nil for the policy's own law.
    init(
        _ evaluation: OptionEvaluation, _ relaxation: OptionRelaxation, credit: OptionCredit,
        logFactors: (Tensor) -> Tensor?
    ) {
        let (trajectories, settings) = (evaluation.trajectories, evaluation.settings)
        let valid = trajectories.valid
        let factors = logFactors(relaxation.weights * valid.unsqueezed(axis: 2))
        // log q̃_t − log π(o_t | …); without a reverse model they cancel.
        let optionGain = factors.map { $0 - relaxation.logOptions }
        let stopping = relaxation.stops * settings.deliberationCost
        let numbers = Numbers(
            actions: relaxation.logActions.doubles(), stops: stopping.doubles(),
            options: optionGain == nil ? nil : relaxation.logOptions.doubles(),
            factors: factors?.doubles())
        let credits = numbers.credits(evaluation, credit)
        let shape = [trajectories.steps, trajectories.batch]
        func tensor(_ numbers: [Double]) -> Tensor {
            Tensor(numbers.map { Float($0) }, shape: shape)
        }
        let columns = Tensor(trajectories.weights.map { Float($0) })
        var gain = relaxation.logActions * tensor(credits.advantages) - stopping
        if let optionGain { gain += optionGain }
        total = -(gain * valid * columns).sum()
        targets = credits.targets
        terms = OptionTerms(
            evaluation,
            reverse: .relaxed(
                actions: numbers.actions, gains: optionGain?.doubles(), stops: numbers.stops))
    }

    /// The terms of `T × B` steps as numbers.
    private struct Numbers {
        var actions: [Double]
        var stops: [Double]
        var options: [Double]?
        var factors: [Double]?

        /// What each action is credited with, less V(s), and what V should be, both `[T, B]`.
        func credits(
            _ evaluation: OptionEvaluation, _ credit: OptionCredit
        ) -> (advantages: [Double], targets: [Double]) {
            let (trajectories, settings) = (evaluation.trajectories, evaluation.settings)
            var advantages = Array(repeating: 0.0, count: actions.count)
            var targets = advantages
            for column in 0..<trajectories.batch {
                let steps = trajectories.lengths[column]
                let places = (0..<steps).map { evaluation.place($0, column) }
                var terms = OptionCredit.Terms(
                    rewards: places.map {
                        settings.rewardScale * trajectories.rewards[$0] - stops[$0]
                    },
                    actions: places.map { actions[$0] - evaluation.logPrior[$0] },
                    options: places.map { options?[$0] ?? 0 },
                    reverse: places.map { factors?[$0] ?? 0 })
                if !evaluation.endsForGood(column) {
                    terms.rewards[steps - 1] +=
                        settings.discount * evaluation.value(steps, column)
                }
                let returns = credit.returns(terms, discount: settings.discount)
                for (step, place) in places.enumerated() {
                    targets[place] = returns.actions[step]
                    advantages[place] = returns.actions[step] - evaluation.value(step, column)
                }
            }
            return (advantages, targets)
        }
    }
}
