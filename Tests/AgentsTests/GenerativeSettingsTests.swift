import OptimistAgents
import OptimistCore
import OptimistModels
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

/// Settings that cannot go together, and what the habit learns from.
@Suite struct GenerativeSettingsTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let changes: [String: String]
        let words: String
        var testDescription: String { words }
    }

    static let cases = [
        Case(
            changes: ["marginal": "exact", "marginalWeight": "1"],
            words: "the marginal 'exact' sums over all classes of a categorical state: choose "
                + "model.latentKind=categorical, or mixture:K"),
        Case(
            changes: ["model.latentKind": "categorical", "model.inferenceIterations": "1"],
            words: "model.inferenceIterations refine a Gaussian state: leave them 0 where "
                + "model.latentKind is categorical"),
        Case(
            changes: ["model.latentKind": "categorical", "model.latent": "1"],
            words: "a categorical state has at least 2 classes: choose a greater model.latent "
                + "than 1"),
        Case(
            changes: [
                "model.latentKind": "categorical", "marginal": "exact", "model.latent": "4096",
            ],
            words: "the marginal 'exact' of 16 sequences of 32 steps takes 35 GB: choose fewer "
                + "samples or classes, or smaller learning.batch or learning.window"),
    ]

    @Test(arguments: cases)
    func `what cannot go together is refused in words`(refused: Case) {
        let error = #expect(throws: ConfigurationError.self) {
            try GenerativeAgentSettings().setting(
                refused.changes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        }
        #expect(error?.description == refused.words)
    }

    @Test func `with a categorical state the exact marginal is fine`() throws {
        let settings = try GenerativeAgentSettings().setting([
            ("model.latentKind", "categorical"), ("marginal", "exact"), ("marginalWeight", "1"),
        ])
        #expect(settings.marginal == .exact)
    }

    @Test func `Gaussian targets are for continuous actions`() throws {
        #expect(throws: ConfigurationError.self) {
            try GenerativeLife(
                [
                    ("planner.kind", "enumeration"), ("planner.maximumRollouts", "16"),
                    ("learning.distillationTargets", "gaussian"),
                ], environment: "cartpole-masked")
        }
        let life = try GenerativeLife([("learning.distillationTargets", "gaussian")])
        try life.live(20)
        _ = try life.learn()
        try life.live(10)
        let loss = try life.learn().metrics.first { $0.name == "loss.distillation" }
        #expect(try #require(loss).value >= 0)
    }

    @Test func `the loss of Gaussian targets is their divergence in closed form`() {
        var generator = Generator(seed: 1)
        let head = GaussianPolicyHead(
            sizes: [5, 8, 2], deviations: 0.1...1, using: &generator)
        let law = head(Tensor.normal([7, 5], using: &generator))
        let (mean, deviation) = (
            Tensor.normal([7, 2], using: &generator),
            Tensor.uniform([7, 2], using: &generator) + 0.2
        )
        let plans = Tensor.concatenated(
            [mean, deviation, .normal([7, 6], using: &generator)], axis: 1)
        let terms =
            law.standardDeviation.log() - deviation.log()
            + (deviation.square() + (mean - law.mean).square()) / (law.variance * 2) - 0.5
        let gaussian = ContinuousHabit(head: head, width: 2, particles: 3, targets: .gaussian)
        let found = gaussian.distillationLoss(law, stored: plans)
        #expect(found.isClose(to: terms.sum(axis: 1), absolute: 1e-5))
        #expect(gaussian.copied().targets == .gaussian)
        // Particles are another estimate of the same up to the plan's entropy.
        let count = 20_000
        let wide = ContinuousHabit(head: head, width: 2, particles: count)
        let draws =
            mean.unsqueezed(axis: 1)
            + deviation.unsqueezed(axis: 1) * Tensor.normal([7, count, 2], using: &generator)
        let many = Tensor.concatenated([mean, deviation, draws.flattened(from: 1)], axis: 1)
        let entropy = Normal(
            mean: mean, standardDeviation: deviation, eventRank: 1
        ).entropy!
        let difference = wide.distillationLoss(law, stored: many) - entropy - found
        #expect(difference.abs().max().item() < 0.15)
    }
}
