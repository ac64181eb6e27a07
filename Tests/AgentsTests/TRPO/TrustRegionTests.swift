import Foundation
import OptimistAgents
import OptimistCore
import OptimistExperience
import OptimistInference
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// The learner's own steps over every trajectory of three states, against exact ones.
@Suite struct TrustRegionTests {
    private struct Setup {
        let life: TableLife
        let networks: ActorCritic
        let rows: PolicyMinibatch

        init(_ logits: [Double] = TableTask.logits) throws {
            life = TableLife(try TableTask.threeStates(), horizon: 3, showsStep: false)
            var generator = Generator(seed: 1)
            networks = try ActorCritic(
                TableLife.networks, world: life.world, algorithm: "test", using: &generator)
            TableLife.set(logits, networks)
            let (batch, logs) = life.everything()
            let rollout = Rollout(batch, networks)
            // What is left of the rewards is the action value in the mean; a baseline spares digits.
            let left = Returns.discounted(batch, discount: 1)
            let returns = left - left.mean(axis: 1, keepingDimensions: true)
            rows =
                rollout.rows(
                    advantages: returns, targets: returns,
                    weights: TableLife.weights(rollout, logs) * (1 / 3.0)
                ).all
        }

        func policy(_ networks: ActorCritic) throws -> [Double] {
            life.policy(networks, try SoftDynamicProgramming(life.task.model))[0]
        }
    }

    private func settings(
        _ divergence: Double, searches: Bool = true
    ) -> TrustRegionSettings {
        var settings = TrustRegionSettings()
        settings.maximumDivergence = divergence
        settings.damping = 0
        settings.conjugateIterations = 30
        settings.conjugateTolerance = 2e-7
        settings.searches = searches
        return settings
    }

    // F⁺ ∇J of the law of trajectories is (.272481, .348983, .192384), and ∇Jᵀ F⁺ ∇J .203762.
    @Test func `a full step goes along the natural gradient`() throws {
        let setup = try Setup()
        let learner = TrustRegionLearner(setup.networks, settings(1e-4, searches: false))
        let outcome = try learner.step { setup.rows }
        #expect(outcome.fraction == 1)
        let length = (2 * 1e-4 * 3 / 0.203762).squareRoot()
        let natural = [0.272481, 0.348983, 0.192384]
        let policy = try setup.policy(setup.networks)
        for state in 0..<3 {
            let half = 0.5 * log(policy[2 * state] / policy[2 * state + 1])
            let before = TableTask.logits[2 * state]
            #expect(abs((half - before) / length - natural[state]) < 2e-5)
        }
    }

    // How far an unchecked step goes, as a share of what is allowed.
    @Test(arguments: [(1e-3, 0.9886), (1e-2, 0.9623)])
    func `the divergence is the one allowed to second order`(
        allowed: Double, share: Double
    ) throws {
        let setup = try Setup()
        let learner = TrustRegionLearner(setup.networks, settings(allowed, searches: false))
        let outcome = try learner.step { setup.rows }
        #expect(abs(outcome.divergence / allowed - share) < 6e-5)
        // ½ sᵀ F s of the step that was taken, with the exact information, a mean over three steps.
        let program = try SoftDynamicProgramming(setup.life.task.model)
        let before = softmax()
        let fisher = try program.trajectoryFisher(of: before, horizon: 3)
        let step = zip(try setup.policy(setup.networks), before).map { log($0 / $1) }
        let square = zip(step, fisher.product(step)).reduce(0.0) { $0 + $1.0 * $1.1 }
        #expect(abs(square / 6 / allowed - 1) < 1e-4)
    }

    @Test(arguments: [1e-3, 1e-2, 0.3, 2])
    func `checked steps are the exact ones`(allowed: Double) throws {
        let setup = try Setup()
        let outcome = try TrustRegionLearner(setup.networks, settings(allowed)).step { setup.rows }
        let program = try SoftDynamicProgramming(setup.life.task.model)
        let exact = try program.trustRegionStep(
            from: TableTask.logits, horizon: 3, region: TrustRegion(maximumDivergence: allowed))
        #expect(abs(outcome.fraction - exact.fraction) < 1e-12)
        #expect(abs(outcome.divergence - exact.divergence) < 2e-5 * allowed + 1e-8)
        #expect(abs(outcome.improvement - exact.improvement) < 1e-5)
        let policy = try setup.policy(setup.networks)
        #expect(largestDifference(policy, program.policy(logits: exact.logits[0])) < 1e-5)
        #expect(outcome.divergence <= allowed && outcome.improvement > 0)
    }

    @Test func `a refused step leaves the policy as it was, bit for bit`() throws {
        // Where good actions are rare, the divergence grows faster than to second order.
        let setup = try Setup([-2, 2, -2, 2, -2, 2])
        var settings = settings(0.01)
        settings.attempts = 1
        let before = setup.networks.policyParameters.map { $0.tensor.detached().copy() }
        let outcome = try TrustRegionLearner(setup.networks, settings).step { setup.rows }
        #expect(outcome.fraction == 0 && outcome.divergence == 0 && outcome.improvement == 0)
        for (parameter, copy) in zip(setup.networks.policyParameters, before) {
            #expect(parameter.tensor.isClose(to: copy, relative: 0, absolute: 0))
        }
        settings.attempts = 10
        let later = try TrustRegionLearner(setup.networks, settings).step { setup.rows }
        #expect(later.fraction > 0 && later.fraction < 1 && later.divergence <= 0.01)
    }

    @Test func `where nothing is to be gained nothing changes`() throws {
        let setup = try Setup()
        let rows = PolicyMinibatch(
            features: setup.rows.features, actions: setup.rows.actions,
            logDensities: setup.rows.logDensities, law: setup.rows.law,
            values: setup.rows.values, advantages: Tensor.zeros(like: setup.rows.advantages),
            targets: setup.rows.targets)
        let outcome = try TrustRegionLearner(setup.networks, settings(0.01)).step { rows }
        #expect(outcome.fraction == 0)
        #expect(largestDifference(try setup.policy(setup.networks), softmax()) < 1e-7)
    }

    private func softmax() -> [Double] {
        TableTask.logits.indices.map {
            1 / (1 + exp(TableTask.logits[$0 ^ 1] - TableTask.logits[$0]))
        }
    }

    @Test func `the policy does not depend on how its parameters are written`() throws {
        let mixing = [1.0, 0.5, -0.3, 0.2, 1.5, 0.4, -0.6, 0.1, 0.8]
        let mixed = Tensor(mixing, shape: [3, 3])
        let (plain, other) = (try Setup(), try Setup())
        // φ(s) = e_s M with weights M⁻¹ W is the same policy.
        let weight = other.networks.policy.parameters[0].tensor
        let table = Tensor(TableTask.logits, shape: [3, 2])
        weight.detached().assign(
            mixed.inverse().matmul(table).to(.float32).reshaped(weight.shape))
        let rows = PolicyMinibatch(
            features: other.rows.features.matmul(mixed.to(.float32)),
            actions: other.rows.actions, logDensities: other.rows.logDensities,
            law: other.rows.law, values: other.rows.values, advantages: other.rows.advantages,
            targets: other.rows.targets, weights: other.rows.weights)
        _ = try TrustRegionLearner(plain.networks, settings(0.01)).step { plain.rows }
        _ = try TrustRegionLearner(other.networks, settings(0.01)).step { rows }
        let law = other.networks.policy.predict(mixed.to(.float32))
        guard case .categorical(let choices) = law else {
            Issue.record("choices")
            return
        }
        let found = choices.logProbabilities.exp().doubles()
        #expect(largestDifference(found, try plain.policy(plain.networks)) < 2e-5)
        #expect(largestDifference(found, softmax()) > 0.01)
    }
}
