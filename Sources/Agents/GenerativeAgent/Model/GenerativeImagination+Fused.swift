import OptimistCore
import OptimistModels
import OptimistPlanning
import OptimistTorch

/// Where rows went in imagination.
package struct ImaginedWay {
    /// (h, z) from the starts on, `[steps + 1, rows, features]`.
    package let features: Tensor
    /// The log-optimality on arrival, `[steps, rows]`, in nats.
    package let logOptimality: Tensor
    /// The probability of going on after arrival, `[steps, rows]`; nil where the task never ends.
    package let continuation: Tensor?
    /// I(z; x, r, end | h) on arrival, `[steps, rows]`, in nats; nil where it is not measured.
    package var information: Tensor?
}

// One call of a kernel replaces a hundred small operations for each step.
extension GenerativeImagination {
    /// The model as the kernels roll it out: for continuous actions, states and rewards in `float32`
    /// on the CPU; nil by that rule, not by failure.
    package var fused: FusedLatentModel? {
        guard let head = networks.habit.gaussian, networks.model.dynamics.kind == .gaussian,
            let reward = networks.model.reward as? GaussianHead
        else { return nil }
        let (model, dynamics) = (networks.model, networks.model.dynamics)
        var fused = FusedLatentModel(
            cell: dynamics.cell, transition: dynamics.transition, habit: head.network,
            reward: reward.network, ending: model.ending, value: networks.value)
        fused?.deviationFloor = dynamics.deviationFloor
        fused?.deviations = head.deviations
        fused?.rewardShift = scales.rewardMiddle / scales.rewardUnit
        fused?.rewardScale = rewardScale
        fused?.valueUnit = networks.valueUnit
        return fused
    }

    /// Fused where the kernels serve, a sequence is rolled out once, and nobody asks for information.
    package func imagineSequences(
        _ draws: SequenceDraws, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ImaginedSequences? {
        if draws.rollouts > 1 || objective.measuresInformation { return nil }
        guard let fused else { return nil }
        let noise = FusedLatentModel.Noise(
            actions: draws.noise,
            states: Tensor.normal(
                draws.noise.shape.dropLast() + [fused.latent], using: &generator))
        let plan = draws.planned.map {
            FusedLatentModel.Plan(actions: $0, habitRows: draws.habitCandidates)
        }
        let rolled = fused.rollOut(
            from: states, noise: noise, plan: plan, discount: objective.discount,
            keepsSteps: true)
        func byCandidate(_ steps: Tensor) -> Tensor {
            steps.transposed(0, 1).reshaped(Array(draws.noise.shape.prefix(3)))
        }
        return ImaginedSequences(
            actions: rolled.actions, scores: rolled.scores, logHabit: rolled.logHabit,
            stepLogHabit: byCandidate(rolled.steps!.logHabit),
            survival: rolled.steps!.survival.map(byCandidate))
    }

    /// The habit's way from states `[rows, features]`, without gradients; fused where the kernels
    /// serve and nobody asks for information.
    package func way(
        from states: Tensor, steps: Int, measuringInformation information: Bool = false,
        using generator: inout Generator
    ) -> ImaginedWay {
        guard !information, let fused else {
            return wayStepByStep(
                from: states, steps: steps, measuringInformation: information, using: &generator)
        }
        func noise(_ width: Int) -> Tensor {
            Tensor.normal([states.shape[0], 1, steps, width], using: &generator)
        }
        let noises = FusedLatentModel.Noise(
            actions: noise(fused.action), states: noise(fused.latent))
        let path = fused.rollOut(from: states, noise: noises, keepsPath: true).path!
        return ImaginedWay(
            features: path.features, logOptimality: path.logOptimality,
            continuation: path.continuation)
    }

    private func wayStepByStep(
        from states: Tensor, steps: Int, measuringInformation information: Bool,
        using generator: inout Generator
    ) -> ImaginedWay {
        var path = [states]
        var (gains, goesOn, told) = ([Tensor](), [Tensor](), [Tensor]())
        for _ in 0..<steps {
            let raw = habit(at: path.last!).sample(using: &generator)
            let next = imagine(
                path.last!, doing: raw, measuringInformation: information, using: &generator)
            path.append(next.states)
            gains.append(next.logOptimality)
            next.continuation.map { goesOn.append($0) }
            next.information.map { told.append($0) }
        }
        return ImaginedWay(
            features: .stacked(path), logOptimality: .stacked(gains),
            continuation: goesOn.isEmpty ? nil : .stacked(goesOn),
            information: told.isEmpty ? nil : .stacked(told))
    }
}
