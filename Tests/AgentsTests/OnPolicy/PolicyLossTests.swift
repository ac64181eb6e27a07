import Foundation
import OptimistAgents
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct PolicyLossTests {
    /// Rows of two actions whose probabilities were `old`.
    private func rows(_ actions: [Int], old: [Double], advantages: [Double]) -> PolicyMinibatch {
        let logits = Tensor(old.map(log)).expanded([actions.count, 2])
        let law = ActionLaw.categorical(Categorical(logits: logits))
        let index = Tensor(actions)
        let zero = Tensor(actions.map { _ in 0.0 })
        return PolicyMinibatch(
            features: zero, actions: index, logDensities: law.logDensity(index), law: law,
            values: zero, advantages: Tensor(advantages), targets: zero)
    }

    private let two = ActionKind.discrete(2)

    // Schulman et al. 2017, figure 1, with a clip of 0.2.
    @Test(arguments: [
        (1.0, 1.5, 1.2, 0.0), (1, 0.5, 0.5, 1), (-1, 1.5, -1.5, -1), (-1, 0.5, -0.8, 0),
    ])
    func `ratios count up to the clip, but only where that is worse`(
        advantage: Double, ratio: Double, objective: Double, slope: Double
    ) {
        let rows = rows([0], old: [0.4, 0.6], advantages: [advantage])
        let scale = Tensor([ratio]).requiringGradient()
        // Unnormalized on purpose: the ratio is what is differentiated.
        let law = ActionLaw.gaussian(
            Normal(
                mean: Tensor([[0.0]].flatMap { $0 }, shape: [1, 1]),
                standardDeviation: 1, eventRank: 1))
        let normal = law.logDensity(Tensor([0.0], shape: [1, 1]))
        let acted = PolicyMinibatch(
            features: rows.features, actions: Tensor([0.0], shape: [1, 1]),
            logDensities: normal - scale.log(), law: law, values: rows.values,
            advantages: rows.advantages, targets: rows.targets)
        let loss = PolicyLoss(.clipped(0.2))(
            law, rows.values, acted, .continuous(width: 1, isBounded: true)
        ).policy
        #expect(abs(-loss.item() - objective) < 1e-12)
        let found = gradients(of: -loss, withRespectTo: [scale], allowUnused: true)[0].item()
        #expect(abs(found - slope) < 1e-12)
    }

    @Test func `the estimate of the divergence is right in expectation and never negative`() {
        let old = [0.7, 0.3]
        let new = ActionLaw.categorical(Categorical(logits: Tensor([0.0, 0.0], shape: [1, 2])))
        var mean = 0.0
        for action in 0..<2 {
            let rows = rows([action], old: old, advantages: [0])
            let parts = PolicyLoss(.clipped(0.2))(new, rows.values, rows, two)
            #expect(parts.divergence.item() >= 0)
            mean += old[action] * parts.divergence.item()
        }
        // KL((0.7, 0.3) ‖ (0.5, 0.5)).
        #expect(abs(mean - 0.082283) < 5e-7)
    }

    @Test func `at the policy that acted the gradient is the policy gradient`() {
        let logits = Tensor([0.3, -0.1], shape: [1, 2]).expanded([3, 2]).copy()
            .requiringGradient()
        let actions = Tensor([0, 1, 1])
        let law = ActionLaw.categorical(Categorical(logits: logits))
        let advantages = Tensor([1.0, -0.5, 2.0])
        let rows = PolicyMinibatch(
            features: advantages, actions: actions,
            logDensities: law.logDensity(actions).detached(), law: law, values: advantages,
            advantages: advantages, targets: advantages)
        let plain = gradients(
            of: -(law.logDensity(actions) * advantages).mean(), withRespectTo: [logits],
            keepingGraph: true)[0]
        let surrogates: [PolicyLoss.Surrogate] = [
            .logDensity, .clipped(0.2), .penalized(3), .inferred(3),
        ]
        for surrogate in surrogates {
            let loss = PolicyLoss(surrogate)(law, advantages, rows, two)
            let found = gradients(
                of: loss.policy, withRespectTo: [logits], keepingGraph: true)[0]
            #expect(found.isClose(to: plain, relative: 1e-9, absolute: 1e-12))
            #expect(loss.divergence.item() == 0)
        }
    }

    @Test func `clipped values cannot run away from what they were`() {
        let rows = PolicyMinibatch(
            features: Tensor([0.0]), actions: Tensor([0]), logDensities: Tensor([log(0.5)]),
            law: .categorical(Categorical(logits: Tensor([0.0, 0.0], shape: [1, 2]))),
            values: Tensor([1.0]), advantages: Tensor([0.0]), targets: Tensor([3.0]))
        let values = Tensor([2.0])
        let free = PolicyLoss(.clipped(0.2))(rows.law, values, rows, two)
        let clipped = PolicyLoss(.clipped(0.2), valueClip: 0.2)(rows.law, values, rows, two)
        #expect(abs(free.value.item() - 1) < 1e-12)
        #expect(abs(clipped.value.item() - 1.8 * 1.8) < 1e-12)
    }
}
