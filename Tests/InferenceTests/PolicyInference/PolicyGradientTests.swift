import Foundation
import OptimistCore
import OptimistInference
import OptimistOracles
import Testing

/// The exact policy gradient, and what sampled estimators of it expect.
@Suite struct PolicyGradientTests {
    private func program(
        scale: Double = 1, prior: ActionPrior = .uniform,
        objective: SoftDynamicProgramming.Objective = .soft
    ) throws -> SoftDynamicProgramming {
        try SoftDynamicProgramming(
            PolicyFixtures.three(), rewardScale: scale, prior: prior, objective: objective)
    }

    private func shared(_ program: SoftDynamicProgramming) -> [[Double]] {
        Array(repeating: program.policy(logits: PolicyFixtures.logits), count: 3)
    }

    @Test func `decimals of the gradients of bound and expected reward`() throws {
        let (logits, soft) = (PolicyFixtures.logits, try program())
        let full = try soft.gradient(logits: logits, horizon: 3)
        #expect(distance(PolicyFixtures.first(full), [-0.205075, 0.042810, 0.069410]) < 5.01e-7)
        let local = try soft.gradient(logits: logits, horizon: 3, form: .localEntropy)
        #expect(distance(PolicyFixtures.first(local), [-0.189349, 0.043771, 0.068968]) < 5.01e-7)
        let reward = try program(objective: .hard).gradient(logits: logits, horizon: 3)
        #expect(distance(PolicyFixtures.first(reward), [0.226769, 0.102532, 0.022398]) < 5.01e-7)
        for pair in stride(from: 0, to: 6, by: 2) {
            #expect(abs(full[pair] + full[pair + 1]) < 1e-15)
        }
    }

    @Test(arguments: PolicyGradientEstimator.Entropy.allCases)
    func `estimators expect their exact gradient`(
        entropy: PolicyGradientEstimator.Entropy
    ) throws {
        let model = try PolicyFixtures.three(start: [0.5, 0.3, 0.2])
        let program = try SoftDynamicProgramming(
            model, rewardScale: 1.3, prior: .table([0.5, 0.5, 0.25, 0.75, 0.6, 0.4]))
        var generator = Generator(seed: 3)
        let logits = (0..<3).map { _ in (0..<6).map { _ in generator.normal() } }
        let policy = logits.map { program.policy(logits: $0) }
        for discount in [1, 0.9] {
            let estimator = PolicyGradientEstimator(
                program, entropy: entropy, discount: discount)
            let moments = estimator.moments(policy: policy, in: model)
            let exact = try program.gradient(
                logits: logits, discount: discount, form: entropy.mean)
            for step in 0..<3 { #expect(distance(moments.mean[step], exact[step]) < 1e-12) }
        }
    }

    @Test func `enumerated estimators have the known decimals`() throws {
        let (program, model) = (try program(), try PolicyFixtures.three())
        for entropy in PolicyGradientEstimator.Entropy.allCases {
            let found = PolicyGradientEstimator(program, entropy: entropy)
                .moments(policy: shared(program), in: model).sharedMean
            let expected =
                entropy == .instantaneous
                ? [-0.189349, 0.043771, 0.068968] : [-0.205075, 0.042810, 0.069410]
            #expect(distance(PolicyFixtures.first(found), expected) < 5.01e-7)
        }
    }

    @Test(arguments: PolicyGradientEstimator.Entropy.allCases)
    func `no baseline of the state moves the mean`(
        entropy: PolicyGradientEstimator.Entropy
    ) throws {
        let (program, model) = (try program(), try PolicyFixtures.three())
        let plain = PolicyGradientEstimator(program, entropy: entropy, discount: 0.95)
            .moments(policy: shared(program), in: model)
        var generator = Generator(seed: 8)
        for _ in 0..<5 {
            let values = (0..<3).map { _ in (0..<3).map { _ in 5 * generator.normal() } }
            let moments = PolicyGradientEstimator(
                program, entropy: entropy, discount: 0.95, values: values
            ).moments(policy: shared(program), in: model)
            for step in 0..<3 {
                #expect(distance(moments.mean[step], plain.mean[step]) < 1e-12)
            }
            #expect(distance(moments.sharedVariance, plain.sharedVariance) > 0.1)
        }
    }

    @Test func `the policy's own value lowers the variance, and bootstraps without bias`() throws {
        let (program, model) = (try program(), try PolicyFixtures.three())
        let policy = shared(program)
        let exact = try program.gradient(
            logits: Array(repeating: PolicyFixtures.logits, count: 3))
        let values = try program.evaluate(policy)
        func moments(_ values: [[Double]]?, lambda: Double) -> PolicyGradientEstimator.Moments {
            PolicyGradientEstimator(program, values: values, lambda: lambda)
                .moments(policy: policy, in: model)
        }
        let none = moments(nil, lambda: 1).sharedVariance.reduce(0, +)
        let baseline = moments(values, lambda: 1).sharedVariance.reduce(0, +)
        #expect(baseline < none / 4)
        for lambda in [0, 0.5, 0.8] {
            let bootstrapped = moments(values, lambda: lambda)
            for step in 0..<3 {
                #expect(distance(bootstrapped.mean[step], exact[step]) < 1e-12)
            }
            #expect(bootstrapped.sharedVariance.reduce(0, +) < baseline)
            // With values that are wrong the bootstrap is biased.
            let wrong = moments(nil, lambda: lambda)
            #expect(distance(wrong.mean[0], exact[0]) > 0.01)
        }
    }

    @Test func `with the policy itself as prior only the reward is left`() throws {
        let policy = try program().policy(logits: PolicyFixtures.logits)
        let reward = try program(objective: .hard).gradient(
            logits: PolicyFixtures.logits, horizon: 3)
        let own = try program(scale: 1.7, prior: .table(policy)).gradient(
            logits: PolicyFixtures.logits, horizon: 3)
        #expect(distance(own, reward.map { 1.7 * $0 }) < 1e-13)
        let scaled = try program(scale: 1.7, objective: .hard).gradient(
            logits: PolicyFixtures.logits, horizon: 3)
        #expect(distance(own, scaled) < 1e-13)
    }

    @Test func `the uniform prior is plain entropy but for a constant`() throws {
        let (uniform, none) = (try program(), try program(prior: .none))
        let policy = shared(uniform)
        let difference = try none.bound(of: policy) - uniform.bound(of: policy)
        #expect(abs(difference - 3 * log(2)) < 1e-13)
        let gradients = try [uniform, none].map {
            try $0.gradient(logits: PolicyFixtures.logits, horizon: 3)
        }
        #expect(distance(gradients[0], gradients[1]) < 1e-14)
        let entropy = try #require(none.terms(of: policy).actionConsistency)
        #expect(entropy < 0)
    }

    @Test(arguments: [SoftDynamicProgramming.Objective.soft, .hard])
    func `without an end gradients are finite differences`(
        objective: SoftDynamicProgramming.Objective
    ) throws {
        let program = try program(
            scale: 1.4, prior: .table([0.5, 0.5, 0.25, 0.75, 0.6, 0.4]), objective: objective)
        let found = try program.gradient(logits: PolicyFixtures.logits, discount: 0.9)
        let slopes = try centralGradient(at: PolicyFixtures.logits) {
            try program.bound(of: program.policy(logits: $0), discount: 0.9)
        }
        #expect(distance(found, slopes) < 1e-9)
        let steps = try program.gradient(
            logits: Array(repeating: PolicyFixtures.logits, count: 400), discount: 0.9)
        let summed = (0..<6).map { pair in steps.reduce(0) { $0 + $1[pair] } }
        #expect(distance(found, summed) < 1e-11)
        let local = try program.gradient(
            logits: PolicyFixtures.logits, discount: 0.9, form: .localEntropy)
        let localSteps = try program.gradient(
            logits: Array(repeating: PolicyFixtures.logits, count: 400), discount: 0.9,
            form: .localEntropy)
        #expect(
            distance(local, (0..<6).map { pair in localSteps.reduce(0) { $0 + $1[pair] } }) < 1e-11)
    }

    @Test func `generalized advantages of a stretch`() {
        let stretch = PolicyFixtures.stretch
        func estimates(_ lambda: Double) -> GeneralizedAdvantages {
            GeneralizedAdvantages(
                signals: stretch.signals, values: stretch.values, discount: stretch.discount,
                lambda: lambda)
        }
        let found = estimates(stretch.lambda)
        #expect(distance(found.differences, [0.86, -0.13, -1.12, 1.89]) < 1e-12)
        #expect(distance(found.advantages, [0.891231, 0.043376, 0.2408, 1.89]) < 5.01e-7)
        #expect(distance(found.targets, [1.391231, 0.443376, 0.5408, 2.09]) < 5.01e-7)
        #expect(distance(estimates(1).targets, [1.71361, 0.7929, 0.881, 2.09]) < 1e-12)
        #expect(distance(estimates(0).advantages, found.differences) < 1e-15)
    }
}
