import Foundation
import OptimistAgents
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// The agent's targets and losses where the answer is known.
@Suite struct SoftObjectiveTests {
    private let line = ActionKind.continuous(width: 1, isBounded: false)

    private func column(_ values: [Double]) -> Tensor { Tensor(values, shape: [values.count, 1]) }

    @Test func `targets charge what a draw costs beyond the prior`() {
        // Mean .3, deviation .5, u = 1.2: log π = −0.658413.
        let bounded = ActionKind.continuous(width: 1, isBounded: true)
        let law = TanhNormal(mean: column([0.3]), standardDeviation: column([0.5]), eventRank: 1)
        let draw = Draw(
            value: column([1.2]).tanh(), logDensity: law.logDensity(unsquashed: column([1.2])))
        #expect(abs(draw.value.item() - 0.833655) < 5e-7)
        let normal: Double = -0.125 * 0.833655 * 0.833655 - log(2) - 0.5 * log(2 * Double.pi)
        let priors: [(PolicyPrior, Double)] = [
            (.lebesgue, 0), (.uniform, -log(2)), (.gaussian(deviation: 2), normal),
        ]
        for (prior, logPrior) in priors {
            let objective = SoftObjective(prior: prior, kind: bounded, discount: 0.9)
            let value = objective.value(of: draw, worth: Tensor([2.0]), price: Tensor([0.1]))
            let charged: Double = 2 + 0.1 * (0.658413 + logPrior)
            #expect(abs(value.item() - charged) < 2e-7)
            let targets = objective.targets(
                rewards: Tensor([1.0, 1.0]), continuation: Tensor([1.0, 0.0]),
                following: value.expanded([2]))
            let expected: Double = 1 + 0.9 * value.item()
            #expect(abs(targets.doubles()[0] - expected) < 1e-12)
            #expect(targets.doubles()[1] == 1)
        }
    }

    // A policy in a fixed landscape goes where prior times exp(Q/τ) is: with Q = −k (a − m)²/2, to
    // mean m and variance τ/k; with a standard normal prior, k = 1, m = 2 and τ = 1 to N(1, 1/2).
    @Test(arguments: [
        (PolicyPrior.lebesgue, 4.0, 0.3, 0.1, 0.3, 0.025),
        (.gaussian(deviation: 1), 1, 2, 1, 1, 0.5),
    ])
    func `with fixed values the policy becomes the posterior`(
        prior: PolicyPrior, stiffness: Double, best: Double, price: Double, mean: Double,
        variance: Double
    ) {
        var generator = Generator(seed: 5)
        let objective = SoftObjective(prior: prior, kind: line, discount: 1)
        let policy = PolicyNetwork(
            features: 1, units: [], activation: .relu, kind: line,
            spread: .dependent(initialDeviation: 1), using: &generator)
        let features = Tensor.ones([1024, 1])
        for rate in [0.02, 0.002] {
            let learner = FusedLearner([policy.network], learningRate: rate)
            for _ in 0..<800 {
                learner.minimize(features) { outputs in
                    let draw = policy.law(ofOutputs: outputs[0])
                        .reparameterizedDraw(using: &generator)!
                    return objective.loss(
                        of: draw, slope: (draw.value.detached() - best) * -stiffness,
                        price: Tensor([Float(price)]))
                }
            }
        }
        guard case .gaussian(let law) = policy.predict(.ones([1, 1])) else { return }
        // The last steps average about 10⁵ draws: 0.5 % of the deviation.
        #expect(abs(law.mean.item() - mean) < 0.02 * variance.squareRoot())
        #expect(abs(law.variance.item() / variance - 1) < 0.03)
    }

    // s′ = s + a + w, reward −(s² + a²)/2, discount 0.9: the answer is that of Riccati's equation,
    // with a variance that the temperature gives.
    @Test func `with quadratic values it solves the linear-quadratic problem`() {
        let objective = SoftObjective(prior: .lebesgue, kind: line, discount: 0.9)
        var generator = Generator(seed: 8)
        let count = 8_000
        // Every disturbance comes with its opposite.
        func both(_ half: Tensor) -> Tensor { .concatenated([half, half]) }
        let price = Tensor([0.1])
        func normal(_ deviation: Double) -> Tensor {
            Tensor.normal([count / 2, 1], type: .float64, using: &generator) * deviation
        }
        let (states, actions, disturbances) = (both(normal(1.5)), both(normal(1)), normal(0.1))
        let next = states + actions + Tensor.concatenated([disturbances, -disturbances])
        let rewards = ((states.square() + actions.square()) * -0.5).squeezed(axis: 1)
        func basis(_ s: Tensor, _ a: Tensor) -> Tensor {
            .concatenated([s.square(), s * a, a.square(), .ones(like: s)], axis: 1)
        }
        let design = basis(states, actions)
        let normalMatrix = design.transposed().matmul(design)
        var weights = Tensor.zeros([4, 1], type: .float64)
        let policy = Tensor([0.0, 0.0]).requiringGradient()
        let optimizer = Adam([NamedTensor("policy", policy)], learningRate: 0.05)
        func law(_ s: Tensor) -> Normal {
            Normal(
                mean: s * policy[0], logStandardDeviation: policy[1].expanded([count, 1]),
                eventRank: 1)
        }
        for round in 0..<150 {
            let targets = withoutGradient {
                let draw = law(next).draw(using: &generator)
                let worth = basis(next, draw.value).matmul(weights).squeezed(axis: 1)
                return objective.targets(
                    rewards: rewards, continuation: .ones(like: rewards),
                    following: objective.value(of: draw, worth: worth, price: price))
            }
            let sums = design.transposed().matmul(targets.unsqueezed(axis: 1))
            // Later rounds are averaged, which takes the noise of draws off.
            let share = round < 100 ? 1 : 0.1
            weights = weights * (1 - share) + normalMatrix.solve(sums) * share
            optimizer.learningRate = round < 100 ? 0.05 : 0.01
            for _ in 0..<4 {
                let draw = law(states).reparameterizedDraw(using: &generator)
                let action = draw.value.detached()
                let slope = states * weights[1] + action * weights[2] * 2
                optimizer.minimize(objective.loss(of: draw, slope: slope, price: price))
            }
        }
        let gain = policy.detached().doubles()[0]
        let variance = exp(2 * policy.detached().doubles()[1])
        #expect(abs(gain / -0.588403 - 1) < 0.02)
        #expect(abs(variance / 0.0411597 - 1) < 0.05)
        // V(0) = E[Q(0, a)] + τ entropy.
        let entropy: Double = 0.5 * log(2 * Double.pi * exp(1) * variance)
        let fitted = weights.doubles()
        let value: Double = fitted[2] * variance + fitted[3] + 0.1 * entropy
        #expect(abs(value - -0.747688) < 0.02)
    }

    @Test func `of choices the loss is the divergence from the posterior`() {
        var generator = Generator(seed: 2)
        let kind = ActionKind.discrete(4)
        let logits = Tensor.normal([5, 4], type: .float64, using: &generator).requiringGradient()
        let values = Tensor.normal([5, 4], type: .float64, using: &generator)
        let price = Tensor([0.3])
        for prior in [PolicyPrior.uniform, .lebesgue] {
            let objective = SoftObjective(prior: prior, kind: kind, discount: 1)
            let logPolicy = logits.logSoftmax()
            let loss = objective.loss(logPolicy: logPolicy, values: values, price: price)
            let evidence = (values / 0.3 + prior.constant(kind)!).logSumExp(axis: 1)
            let posterior = (values / 0.3).logSoftmax()
            let divergence = (logPolicy.exp() * (logPolicy - posterior)).sum(axis: 1)
            let expected = ((divergence - evidence) * 0.3).mean()
            #expect(abs(loss.item() - expected.item()) < 1e-12)
            // π (τ log π/p − Q + V) for each logit.
            let value = objective.value(logPolicy: logPolicy, values: values, price: price)
            let cost = (logPolicy - prior.constant(kind)!) * 0.3
            let slope = logPolicy.exp() * (cost - values + value.unsqueezed(axis: 1))
            let found = gradients(of: loss, withRespectTo: [logits])[0]
            #expect(found.isClose(to: slope * 0.2, relative: 1e-9, absolute: 1e-12))
        }
    }
}
