import Foundation
import OptimistAgents
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// The price of moving away from the policy that acted: fixed, adapted, or a limit to epochs.
@Suite struct PenaltyTests {
    private let kind = ActionKind.discrete(2)

    private func law(_ logits: Tensor) -> ActionLaw { .categorical(Categorical(logits: logits)) }

    /// Both actions of an acting policy in each of two states, weighed by their probabilities.
    private func rows(_ acting: Tensor) -> PolicyMinibatch {
        let twice = Tensor.concatenated([acting, acting])
        let actions = Tensor([0, 0, 1, 1])
        let old = law(twice)
        let logDensities = old.logDensity(actions)
        let zero = Tensor.zeros([4], type: .float64)
        return PolicyMinibatch(
            features: zero, actions: actions, logDensities: logDensities, law: old, values: zero,
            advantages: Tensor([1.0, -0.5, -0.3, 0.8]), targets: zero,
            weights: logDensities.exp() * 0.5)
    }

    private let acting = Tensor([log(0.7), log(0.3), 0.2, -0.1], shape: [2, 2])

    private func policyLoss(_ surrogate: PolicyLoss.Surrogate, _ new: Tensor) -> Tensor {
        let rows = rows(acting)
        return PolicyLoss(surrogate)(
            law(.concatenated([new, new])), rows.values, rows, kind
        ).policy
    }

    private func agents(price: Double) throws -> (PPO, IteratedInference) {
        let life = try CollectedLife("cartpole", copies: 1)
        var generator = Generator(seed: 1)
        var proximal = PPOSettings()
        (proximal.objective, proximal.penalty) = (.fixed, price)
        var iterated = IteratedInferenceSettings()
        iterated.rewardScale = 1 / price
        return (
            try PPO(proximal, world: life.world, using: &generator),
            try IteratedInference(iterated, world: life.world, using: &generator)
        )
    }

    /// With a fixed price τ PPO's objective is that of a round of iterated inference at α = 1/τ but for
    /// the direction of the divergence.
    @Test func `a fixed price is iterated inference with the divergence the other way round`()
        throws
    {
        let price = 0.4
        let (proximal, iterated) = try agents(price: price)
        #expect(proximal.loss(clip: 0.2).surrogate == .penalized(price))
        #expect(iterated.surrogateLoss.surrogate == .inferred(price))
        let new = Tensor([0, 0, -0.4, 0.6], shape: [2, 2])
        let losses = [PolicyLoss.Surrogate.penalized(price), .inferred(price)].map {
            policyLoss($0, new).item()
        }
        let old = acting.softmax().doubles()
        let now = new.softmax().doubles()
        // Means over the two states.
        let gain = zip(now, [1.0, -0.3, -0.5, 0.8]).reduce(0) { $0 + $1.0 * $1.1 / 2 }
        let forward = zip(old, now).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) / 2 }
        let backward = zip(old, now).reduce(0) { $0 + $1.1 * log($1.1 / $1.0) / 2 }
        #expect(abs(forward - backward) > 1e-3)
        #expect(abs(losses[0] - (price * forward - gain)) < 1e-12)
        #expect(abs(losses[1] - (price * backward - gain)) < 1e-12)
        // Of (.7, .3) and (.5, .5) alone: .082283 and .087177.
        let halves = [
            old[0] * log(old[0] / 0.5) + old[1] * log(old[1] / 0.5),
            0.5 * log(0.5 / old[0]) + 0.5 * log(0.5 / old[1]),
        ]
        #expect(abs(halves[0] - 0.082283) < 5.01e-7 && abs(halves[1] - 0.087177) < 5.01e-7)
    }

    /// Their gradients agree to first order in the distance: the difference is quadratic in it.
    @Test func `near the policy that acted both directions have one gradient`() {
        let direction = Tensor([0.3, -0.2, -0.5, 0.4], shape: [2, 2])
        func difference(_ distance: Double) -> Double {
            let found = [PolicyLoss.Surrogate.penalized(2), .inferred(2)].map { surrogate in
                let new = (acting + direction * distance).detached().copy().requiringGradient()
                return gradients(of: policyLoss(surrogate, new), withRespectTo: [new])[0]
            }
            return (found[0] - found[1]).abs().max().item()
        }
        let (near, nearer) = (difference(1e-2), difference(1e-3))
        #expect(near > 0 && near < 1e-4)
        #expect(abs(near / nearer / 100 - 1) < 0.05)
    }

    private func train(_ change: (inout PPOSettings) -> Void) throws -> [Record] {
        var settings = try PPO.settings(preset: "debug")
        settings.epochs = 4
        change(&settings)
        let life = try CollectedLife("cartpole", copies: 2)
        var generator = Generator(seed: 3)
        let agent = try PPO(settings, world: life.world, using: &generator)
        var carry = agent.carry(for: 2)
        return try life.feed(agent, carrying: &carry, rollouts: 4, using: &generator)
    }

    @Test
    func `the price halves while the policy hardly moves, and doubles where it moves too far`()
        throws
    {
        func prices(rate: Double, limit: Double) throws -> [Double] {
            try train {
                ($0.objective, $0.divergenceLimit) = (.adaptive, limit)
                $0.descent.learningRate = rate
            }.map { $0.value("policy.penalty")! }
        }
        #expect(try prices(rate: 1e-9, limit: 0.01) == [0.5, 0.25, 0.125, 0.0625])
        #expect(try prices(rate: 1e-2, limit: 1e-6) == [2, 4, 8, 16])
    }

    @Test func `epochs end where the policy went half as far again as it may`() throws {
        // Two copies, 16 steps, minibatches of 8: four updates in an epoch.
        let free = try train { $0.descent.learningRate = 1e-2 }
        #expect(free.allSatisfy { $0.value("updates") == 16 })
        let limited = try train {
            $0.descent.learningRate = 1e-2
            $0.divergenceLimit = 1e-6
        }
        #expect(limited.allSatisfy { $0.value("updates") == 4 })
        #expect(limited.allSatisfy { $0.value("policy.change")! > 1.5e-6 })
    }
}
