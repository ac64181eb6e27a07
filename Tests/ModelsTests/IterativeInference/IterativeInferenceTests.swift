import Foundation
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// What holds for any weights.
@Suite struct IterativeInferenceTests {
    private let task = LinearGaussianAutoencoder(seed: 1, mixing: 0.1, type: .float64)

    /// Heads that are drawn, so that λ moves.
    private func inference(
        _ update: IterativeInference.Update = .gated(), iterations: Int = 3,
        encoding: IterativeInference.Encoding = .gradients, size: Int = 4
    ) -> IterativeInference {
        var generator = Generator(seed: 3)
        return IterativeInference(
            size: size, units: [12], iterations: iterations, encoding: encoding, update: update,
            bounds: .hard(-10...2), headInitializer: .fanInUniform, type: .float64,
            using: &generator)
    }

    private func data(_ rows: Int = 6) -> Tensor {
        var generator = Generator(seed: 4)
        return self.task.data(rows, using: &generator)
    }

    private func largest(_ tensor: Tensor) -> Double { tensor.abs().max().item() }

    @Test func `with a fixed rate the learned descent is gradient descent, exactly`() {
        var generator = Generator(seed: 2)
        let inference = IterativeInference(
            size: 4, units: [8], iterations: 7, update: .learnedSGD(rate: 0.03),
            bounds: .hard(-20...20), type: .float64, using: &generator)
        let data = data()
        let start = self.task.prior(6)
        let found = inference.infer(from: start) { self.task.bound($0, of: data) }

        let mean = start.mean.copy().requiringGradient()
        let deviation = Tensor.zeros(like: mean).requiringGradient()
        let descent = StochasticGradientDescent(
            [NamedTensor("mean", mean), NamedTensor("deviation", deviation)], learningRate: 0.03)
        for _ in 0..<7 {
            let law = Normal(mean: mean, logStandardDeviation: deviation, eventRank: 1)
            descent.minimize(-self.task.bound(law, of: data).sum())
        }
        // The optimizer multiplies and adds in one rounding.
        #expect(largest(found.posterior.mean - mean.detached()) < 1e-14)
        #expect(largest(found.posterior.logStandardDeviation - deviation.detached()) < 1e-14)
        #expect(found.objectives.shape == [8, 6])
        #expect(found.improvement.min().item() > 0)
    }

    @Test func `without weights a natural step is the bounded natural gradient`() {
        var generator = Generator(seed: 2)
        let inference = IterativeInference(
            size: 4, units: [8], iterations: 1, update: .natural(rate: 0.3),
            bounds: .hard(-20...20), type: .float64, using: &generator)
        let data = data()
        let start = Normal(
            mean: .normal([6, 4], type: .float64, using: &generator),
            logStandardDeviation: .normal([6, 4], type: .float64, using: &generator), eventRank: 1)
        let found = inference.infer(from: start) { self.task.bound($0, of: data) }.posterior

        let mean = start.mean.copy().requiringGradient()
        let deviation = start.logStandardDeviation.copy().requiringGradient()
        let law = Normal(mean: mean, logStandardDeviation: deviation, eventRank: 1)
        let slopes = gradients(
            of: self.task.bound(law, of: data).sum(), withRespectTo: [mean, deviation])
        let scale = start.standardDeviation
        let moved = start.mean + scale * (scale * slopes[0] * 0.3).tanh()
        let widened = start.logStandardDeviation + (slopes[1] * 0.15).tanh()
        #expect(largest(found.mean - moved) < 1e-12)
        #expect(largest(found.logStandardDeviation - widened) < 1e-12)
        // Steep though the bound is, no mean moves by more than a deviation.
        #expect(largest(slopes[0] * scale) > 10)
        #expect(((found.mean - start.mean) / scale).abs().max().item() <= 1)
    }

    @Test func `at the exact posterior the gradient of the free energy is zero`() {
        var generator = Generator(seed: 2)
        // With this rate and no more, an update adds the gradient itself.
        let inference = IterativeInference(
            size: 4, units: [8], iterations: 1, update: .learnedSGD(rate: 1),
            bounds: .hard(-20...20), type: .float64, using: &generator)
        let task = LinearGaussianAutoencoder(seed: 1, type: .float64)
        let data = task.data(6, using: &generator)
        let exact = task.posterior(of: data)
        func slope(_ start: Normal) -> Double {
            let found = inference.infer(from: start) { task.bound($0, of: data) }
            return max(
                largest(found.posterior.mean - start.mean),
                largest(found.posterior.logStandardDeviation - start.logStandardDeviation))
        }
        #expect(slope(exact) < 1e-6)
        #expect(slope(task.prior(6)) > 0.1)
        // There the bound is the evidence.
        let difference = task.bound(exact, of: data) - task.evidence(of: data)
        #expect(largest(difference) < 1e-9)
    }

    @Test(arguments: [IterativeInference.Update.gated(), .learnedSGD(), .natural()])
    func `inference gives the model no gradient, and learning the model none to inference`(
        update: IterativeInference.Update
    ) {
        var task = self.task
        task.weight = task.weight.requiringGradient()
        let inference = inference(update)
        let data = data()
        let network = inference.parameters.map(\.tensor)
        let found = inference.infer(from: task.prior(6), learning: true) {
            task.bound($0, of: data)
        }
        #expect(!found.posterior.mean.requiresGradient && !found.objectives.requiresGradient)
        let inferred = gradients(
            of: found.loss!.sum(), withRespectTo: [task.weight] + network, allowUnused: true)
        #expect(largest(inferred[0]) == 0)
        #expect(inferred.dropFirst().allSatisfy { largest($0) > 0 })
        let learned = gradients(
            of: task.bound(found.posterior, of: data).sum(),
            withRespectTo: [task.weight] + network, allowUnused: true)
        #expect(largest(learned[0]) > 0)
        #expect(learned.dropFirst().allSatisfy { largest($0) == 0 })
        // The loss is the negative mean over iterations.
        let mean = found.objectives.slice(axis: 0, 1..<4).mean(axis: 0)
        #expect(largest(found.loss!.detached() + mean) < 1e-12)
    }

    // The gradient of each J passes through the one update that led to it.
    @Test(arguments: [IterativeInference.Update.gated(), .learnedSGD(), .natural()])
    func `the loss has the gradients of one-step losses along the way`(
        update: IterativeInference.Update
    ) {
        let inference = inference(update)
        let data = data()
        let network = inference.parameters.map(\.tensor)
        func slopes(_ loss: Tensor) -> [Tensor] {
            gradients(of: loss.sum(), withRespectTo: network)
        }
        func infer(_ start: Normal, _ iterations: Int) -> IterativeInferenceResult {
            inference.infer(from: start, iterations: iterations, learning: true) {
                self.task.bound($0, of: data)
            }
        }
        let whole = slopes(infer(self.task.prior(6), 3).loss!)
        var (start, sum) = (self.task.prior(6), [Tensor]())
        for _ in 0..<3 {
            let one = infer(start, 1)
            let part = slopes(one.loss!)
            sum = sum.isEmpty ? part : zip(sum, part).map { $0 + $1 }
            start = one.posterior
        }
        for (a, b) in zip(whole, sum) {
            #expect(largest(a * 3 - b) < 1e-9 * max(1, largest(b)))
        }
        // And a one-step loss has that of the bound after the step, by differences.
        let bias = network.last!
        let slope = slopes(infer(self.task.prior(6), 1).loss!).last!.doubles()
        for index in [0, 9] {
            let step = Tensor((0..<16).map { $0 == index ? 1e-5 : 0 })
            func bound(_ sign: Double) -> Double {
                let before = bias.detached().copy()
                withoutGradient { bias.assign(before + step * sign) }
                defer { withoutGradient { bias.assign(before) } }
                return infer(self.task.prior(6), 1).objectives[1].sum().item()
            }
            let difference = (bound(1) - bound(-1)) / 2e-5
            #expect(abs(difference + slope[index]) < 1e-4 * max(1, abs(difference)))
        }
    }

    @Test func `a gradient of one element keeps its sign and size`() {
        let inference = inference(size: 1)
        func moved(_ slope: Double) -> [Double] {
            let start = Normal.standard([1, 1], eventRank: 1, type: .float64)
            return inference.infer(from: start, iterations: 1) {
                ($0.mean * slope).sum(axis: -1)
            }.posterior.mean.doubles()
        }
        let found = [-100, -1, 0, 1, 100].map { moved($0)[0] }
        #expect(found.allSatisfy { $0.isFinite })
        #expect(Set(found).count == 5)
    }

    @Test(arguments: [
        DeviationBounds.soft(-10...0.5), .hard(-2...0.5),
    ]) func `deviations stay in their bounds`(bounds: DeviationBounds) {
        var generator = Generator(seed: 5)
        let inference = IterativeInference(
            size: 4, units: [8], iterations: 1, update: .learnedSGD(rate: 1), bounds: bounds,
            type: .float64, using: &generator)
        for slope in [-1e3, 1e3] {
            let found = inference.infer(from: self.task.prior(3)) {
                ($0.logStandardDeviation * slope).sum(axis: -1)
            }
            let reached = found.posterior.logStandardDeviation.doubles()
            #expect(reached.allSatisfy { $0 >= -10.1 && $0 <= 0.51 })
            #expect(reached.allSatisfy { slope > 0 ? $0 > 0.4 : $0 < -1.9 })
        }
        let learned = inference.parameters.filter { $0.name.hasPrefix("bounds") }
        #expect(learned.isEmpty == (bounds == .hard(-2...0.5)))
    }

    @Test func `half of the parameters is kept at first, as published`() {
        var generator = Generator(seed: 5)
        let inference = IterativeInference(
            size: 4, units: [8], iterations: 2, bounds: .hard(-10...2), type: .float64,
            using: &generator)
        let start = Normal(
            mean: .full([2, 3, 4], 3, type: .float64),
            logStandardDeviation: .full([2, 3, 4], -1, type: .float64), eventRank: 1)
        let found = inference.infer(from: start) { $0.mean.sum(axis: -1) }
        #expect(found.posterior.mean.doubles().allSatisfy { $0 == 0.75 })
        #expect(found.posterior.logStandardDeviation.doubles().allSatisfy { $0 == -0.25 })
        #expect(found.objectives.shape == [3, 2, 3])
    }

    @Test func `gradients are taken where none are recorded, and draws are new in every call`() {
        let inference = inference()
        var (generator, draws) = (Generator(seed: 6), [Tensor]())
        let data = data()
        let found = withoutGradient {
            inference.infer(from: self.task.prior(6), learning: true) { law in
                let draw = law.reparameterizedSample(using: &generator)
                draws.append(((draw - law.mean) / law.standardDeviation).detached())
                return self.task.bound(law, of: data) + draw.sum(axis: -1)
            }
        }
        #expect(found.loss!.requiresGradient && !found.posterior.mean.requiresGradient)
        #expect(draws.count == 4 && largest(draws[0] - draws[1]) > 0.1)
    }

    @Test(arguments: [1, 3])
    func `a start learns from its own objective, and every update from that of what it made`(
        iterations: Int
    ) {
        let inference = inference(.gated(kept: 0.7), iterations: iterations)
        var task = self.task
        task.weight = task.weight.requiringGradient()
        let data = data()
        let mean = Tensor.ones([6, 4], type: .float64).requiringGradient()
        let start = Normal(mean: mean, standardDeviation: 1, eventRank: 1)
        let network = inference.parameters.map(\.tensor)
        let found = inference.refined(start) { task.bound($0, of: data) }
        let plain = inference.infer(from: start, learning: true) { task.bound($0, of: data) }
        #expect(found.posterior.mean.doubles() == plain.posterior.mean.doubles())
        #expect(found.objectives.count == iterations)
        for (index, value) in found.objectives.enumerated() {
            #expect(value.doubles() == plain.objectives[index].doubles())
        }
        func slopes(_ loss: Tensor, _ tensors: [Tensor]) -> [Tensor] {
            gradients(
                of: loss.sum(), withRespectTo: tensors, keepingGraph: true, allowUnused: true)
        }
        // Nothing passes through the updates to the start, and nothing reaches the model.
        #expect(largest(slopes(found.posterior.mean, [mean])[0]) == 0)
        let loss = slopes(found.loss!, [mean, task.weight])
        let own = slopes(-task.bound(start, of: data), [mean])[0]
        #expect(largest(loss[0] - own) < 1e-12 && largest(own) > 0.1)
        #expect(largest(loss[1]) == 0)
        // With what the caller makes of the result, the network learns as by `infer`.
        let whole = slopes(found.loss! - self.task.bound(found.posterior, of: data), network)
        for (a, b) in zip(whole, slopes(plain.loss!, network)) {
            #expect(largest(a - b) < 1e-9 * max(1, largest(b)) && largest(b) > 0)
        }
        // Where nothing is recorded there is nothing to learn.
        let silent = withoutGradient { inference.refined(start) { task.bound($0, of: data) } }
        #expect(silent.loss == nil && !silent.posterior.mean.requiresGradient)
        #expect(silent.posterior.mean.doubles() == plain.posterior.mean.doubles())
    }

    @Test func `without iterations the start is what it was`() {
        let mean = Tensor.ones([6, 4], type: .float64).requiringGradient()
        let found = inference(iterations: 0).refined(
            Normal(mean: mean, standardDeviation: 1, eventRank: 1)
        ) { $0.mean.sum(axis: -1) }
        #expect(found.objectives.isEmpty && found.loss == nil)
        let slope = gradients(of: found.posterior.mean.sum(), withRespectTo: [mean])[0]
        #expect(slope.doubles() == [Double](repeating: 1, count: 24))
    }

    @Test func `a gradient that is too long is scaled down, one that is not is left alone`() {
        var generator = Generator(seed: 8)
        var inference = IterativeInference(
            size: 4, units: [8], iterations: 1, update: .learnedSGD(rate: 1),
            bounds: .hard(-20...20), type: .float64, using: &generator)
        inference.gradientLimit = 3
        let steepness = Tensor([100.0, 1], shape: [2, 1])
        let start = Normal.standard([2, 4], eventRank: 1, type: .float64)
        let found = inference.infer(from: start) { ($0.mean * steepness).sum(axis: -1) }
        let means = found.posterior.mean.doubles()
        // Both of length 2 in four equal parts, or 3 of 200.
        for value in means.prefix(4) { #expect(abs(value - 1.5) < 1e-12) }
        for value in means.suffix(4) { #expect(abs(value - 1) < 1e-12) }
    }

    @Test func `what an objective throws comes through`() {
        struct Stop: Error {}
        let inference = inference()
        #expect(throws: Stop.self) {
            try inference.infer(from: self.task.prior(2)) { _ in throw Stop() }
        }
        #expect(throws: Stop.self) {
            try inference.refined(self.task.prior(2)) { _ in throw Stop() }
        }
        var generator = Generator(seed: 1)
        #expect(throws: Stop.self) {
            try IterativePolicyOptimization(inference: inference).infer(
                prior: self.task.prior(2), using: &generator
            ) { _ in throw Stop() }
        }
    }

    @Test func `the context is seen, and has no gradient`() {
        var generator = Generator(seed: 7)
        let inference = IterativeInference(
            size: 4, context: 2, units: [8], iterations: 2, headInitializer: .fanInUniform,
            type: .float64, using: &generator)
        let data = data()
        let context = Tensor.zeros([6, 2], type: .float64).requiringGradient()
        func infer(_ context: Tensor) -> IterativeInferenceResult {
            inference.infer(from: task.prior(6), context: context, learning: true) {
                task.bound($0, of: data)
            }
        }
        let found = infer(context)
        #expect(largest(found.posterior.mean - infer(context + 1).posterior.mean) > 1e-3)
        let slope = gradients(
            of: found.loss!.sum(), withRespectTo: [context], allowUnused: true)[0]
        #expect(largest(slope) == 0)
    }

    @Test func `parameters go through an archive`() throws {
        let archive = Archive()
        let first = inference()
        first.save(to: archive)
        var generator = Generator(seed: 99)
        let second = IterativeInference(
            size: 4, units: [12], iterations: 3, bounds: .hard(-10...2),
            headInitializer: .fanInUniform, type: .float64, using: &generator)
        try second.load(from: archive)
        let data = data()
        func infer(_ inference: IterativeInference) -> [Double] {
            inference.infer(from: self.task.prior(6)) { self.task.bound($0, of: data) }
                .posterior.mean.doubles()
        }
        #expect(infer(first) == infer(second))
    }
}
