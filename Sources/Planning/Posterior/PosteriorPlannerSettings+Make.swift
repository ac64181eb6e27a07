import OptimistCore
import OptimistProbability

extension PosteriorPlannerSettings {
    /// The planner for continuous actions that these settings describe.
    ///
    /// - Parameters:
    ///   - actionWidth: numbers in an action.
    ///   - generator: draws the weights of `amortized`; the others leave it alone.
    /// - Throws: `ConfigurationError.inconsistent` for `enumeration`, which needs discrete actions.
    public func make(
        actionWidth: Int, using generator: inout Generator
    ) throws -> any PosteriorPlanner<Normal> {
        switch kind {
        case .enumeration:
            throw ConfigurationError.inconsistent(
                "the planner 'enumeration' needs discrete actions: choose gradient, amortized, "
                    + "importance-weighting, cem or smc")
        case .gradient: return gradient
        case .amortized: return amortized(actionWidth, using: &generator)
        case .importanceWeighting: return importanceWeighting
        case .cem: return crossEntropy
        case .smc: return sequentialMonteCarlo(of: Normal.self)
        }
    }

    /// The planner for discrete actions that these settings describe.
    ///
    /// - Throws: `ConfigurationError.inconsistent` for a planner of continuous actions.
    public func makeDiscrete() throws -> any PosteriorPlanner<Categorical> {
        switch kind {
        case .enumeration: return enumeration
        case .smc: return sequentialMonteCarlo(of: Categorical.self)
        case .gradient, .amortized, .importanceWeighting, .cem:
            throw ConfigurationError.inconsistent(
                "the planner '\(kind.rawValue)' needs continuous actions: choose enumeration or "
                    + "smc")
        }
    }

    private var enumeration: ActionEnumeration {
        var planner = ActionEnumeration()
        planner.rollouts = candidates
        planner.tolerance = tolerance
        planner.maximumRollouts = maximumRollouts
        return planner
    }

    private var gradient: VariationalGradient {
        var planner = VariationalGradient()
        planner.samples = candidates
        planner.iterations = iterations
        planner.learningRate = learningRate
        planner.clippingNorm = clippingNorm
        return planner
    }

    private func amortized(
        _ actionWidth: Int, using generator: inout Generator
    ) -> AmortizedActionInference {
        var planner = AmortizedActionInference(
            horizon: horizon, actions: actionWidth, units: networkUnits, iterations: iterations,
            rate: learningRate, clippingNorm: clippingNorm, using: &generator)
        planner.samples = candidates
        return planner
    }

    private var importanceWeighting: ImportanceWeighting {
        var planner = ImportanceWeighting()
        planner.candidates = candidates
        planner.iterations = iterations
        planner.habitShare = habitShare
        planner.minimumEffectiveShare = minimumEffectiveShare
        planner.deviationFloor = deviationFloor
        planner.risk = rollouts == 1 ? .optimistic : .neutral(rollouts: rollouts)
        planner.stopping = stopImprovement.map {
            .init(improvement: $0, divergence: stopDivergence)
        }
        planner.sufficientShare = sufficientShare
        return planner
    }

    private var crossEntropy: HabitCrossEntropy {
        var planner = HabitCrossEntropy()
        planner.method.candidates = candidates
        planner.method.elites = elites
        planner.method.iterations = iterations
        planner.method.deviationFloor = deviationFloor
        planner.rollouts = rollouts
        return planner
    }

    private func sequentialMonteCarlo<Law: PlannedLaw>(
        of law: Law.Type
    ) -> SequentialMonteCarlo<Law> {
        var planner = SequentialMonteCarlo<Law>()
        planner.particles = candidates
        planner.resampling =
            switch resamplingShare {
            case 0: .never
            case 1: .everyStep
            default: .effectiveShare(resamplingShare)
            }
        planner.twistsByValue = twistsByValue
        planner.deviationFloor = deviationFloor
        return planner
    }
}
