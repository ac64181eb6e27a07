import OptimistCore
import OptimistPlanning
import OptimistProbability
import Testing

extension PosteriorPlannerSettings {
    /// The planner for one number an action.
    fileprivate func make() throws -> any PosteriorPlanner<Normal> {
        var generator = Generator(seed: 1)
        return try make(actionWidth: 1, using: &generator)
    }
}

@Suite struct PosteriorPlannerSettingsTests {
    private func settings(
        _ change: (inout PosteriorPlannerSettings) -> Void
    ) -> PosteriorPlannerSettings {
        var settings = PosteriorPlannerSettings()
        change(&settings)
        return settings
    }

    @Test func `every planner is made with its settings`() throws {
        let weighting =
            try settings {
                ($0.candidates, $0.iterations, $0.rollouts) = (64, 5, 3)
                ($0.habitShare, $0.stopImprovement, $0.stopDivergence) = (0.25, 0.02, 0.3)
            }.make() as? ImportanceWeighting
        #expect(weighting?.candidates == 64)
        #expect(weighting?.iterations == 5)
        #expect(weighting?.risk == .neutral(rollouts: 3))
        #expect(weighting?.habitShare == 0.25)
        #expect(weighting?.stopping == .init(improvement: 0.02, divergence: 0.3))
        let gradient = try settings { $0.kind = .gradient }.make() as? VariationalGradient
        #expect(gradient?.samples == 128)
        let amortized =
            try settings {
                ($0.kind, $0.iterations, $0.horizon) = (.amortized, 4, 6)
                ($0.networkUnits, $0.clippingNorm, $0.learningRate) = ([9, 7], 3, 0.05)
            }.make() as? AmortizedActionInference
        #expect(amortized?.samples == 128)
        #expect(amortized?.inference.iterations == 4)
        #expect(amortized?.inference.size == 6)
        #expect(amortized?.inference.update == .learnedSGD(rate: 0.05))
        #expect(amortized?.inference.gradientLimit == 3)
        #expect(amortized?.inference.network.layers.map { $0.weight.shape[0] } == [9, 7])
        let cem = try settings { ($0.kind, $0.elites) = (.cem, 7) }.make() as? HabitCrossEntropy
        #expect(cem?.method.elites == 7)
        let smc = settings { ($0.kind, $0.resamplingShare) = (.smc, 1) }
        #expect(try (smc.make() as? SequentialMonteCarlo<Normal>)?.resampling == .everyStep)
        let discrete = try smc.makeDiscrete() as? SequentialMonteCarlo<Categorical>
        #expect(discrete?.particles == 128)
        let enumeration =
            try settings { $0.kind = .enumeration }.makeDiscrete() as? ActionEnumeration
        #expect(enumeration?.rollouts == 128)
        #expect(enumeration?.maximumRollouts == 1_024)
    }

    @Test func `a planner that learns nothing draws nothing`() throws {
        for kind in PosteriorPlannerSettings.Kind.allCases where kind != .enumeration {
            var generator = Generator(seed: 1)
            _ = try settings { $0.kind = kind }.make(actionWidth: 1, using: &generator)
            #expect((generator == Generator(seed: 1)) == (kind != .amortized))
        }
    }

    @Test func `a planner for the other kind of actions is refused by name`() {
        let refused: [(PosteriorPlannerSettings.Kind, Bool)] = [
            (.enumeration, false), (.gradient, true), (.amortized, true),
            (.importanceWeighting, true), (.cem, true),
        ]
        for (kind, discrete) in refused {
            let settings = settings { $0.kind = kind }
            let error = #expect(throws: ConfigurationError.self) {
                if discrete { _ = try settings.makeDiscrete() } else { _ = try settings.make() }
            }
            #expect(error?.description.contains("'\(kind.rawValue)'") == true)
        }
    }

    @Test func `settings that contradict one another are refused`() {
        let wrong: [(inout PosteriorPlannerSettings) -> Void] = [
            { $0.habitShare = 0 }, { $0.habitShare = 1 },
            { ($0.kind, $0.elites) = (.cem, 500) },
            { ($0.kind, $0.maximumRollouts) = (.enumeration, 100) },
            { ($0.kind, $0.candidates) = (.gradient, 15) },
            { ($0.kind, $0.candidates) = (.amortized, 15) },
        ]
        for change in wrong {
            #expect(throws: ConfigurationError.self) { try settings(change).validate() }
        }
        #expect(throws: Never.self) {
            try settings { ($0.habitShare, $0.iterations) = (1, 1) }.validate()
        }
    }

    @Test func `the objective takes horizon and weight from the settings`() {
        let made = settings { ($0.horizon, $0.informationWeight) = (7, 0.5) }
            .objective(discount: 0.9)
        #expect(made == PlanningObjective(horizon: 7, discount: 0.9, informationWeight: 0.5))
        #expect(made.measuresInformation)
        #expect(!settings { _ in }.objective().measuresInformation)
    }
}
