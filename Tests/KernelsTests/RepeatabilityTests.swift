import OptimistCore
import OptimistTorch
import Testing

/// The same bits at a fixed number of threads, whatever the threads' timing.
@Suite(.serialized) struct RepeatabilityTests {
    private func run() -> [[Float]] {
        var generator = Generator(seed: 41)
        let network = FusedNetwork(
            members: 3, sizes: [11, 130, 70, 8], initializer: .fanInUniform, using: &generator)
        let trainer = FusedTrainer(network)
        let x = Tensor.normal([3, 333, 11], using: &generator)
        let target = Tensor.normal([3, 333, 4], using: &generator)
        let bounds = LogVarianceBounds(count: 4)
        var losses: [Float] = []
        for _ in 0..<5 {
            let step = trainer.step(inputs: x, targets: target, loss: .gaussian(bounds))
            losses += (step.losses + step.minimumGradient + step.maximumGradient).map { Float($0) }
        }
        let w = Tensor.normal([11, 64], using: &generator).requiringGradient()
        let y = x[0].dense(weight: w, activation: .silu)
        let gradient = gradients(of: y.sum(), withRespectTo: [w])[0]
        return [
            losses, network.storage.floats(), network.predict(x).floats(), y.floats(),
            gradient.floats(),
        ]
    }

    @Test func `twenty runs give the same bits for every number of threads`() {
        let before = Engine.threads
        defer { Engine.threads = before }
        for threads in [1, 2, 3] {
            Engine.threads = threads
            let first = run()
            for _ in 0..<20 { #expect(run() == first) }
        }
    }

    @Test func `predictions do not depend on the number of threads`() {
        let before = Engine.threads
        defer { Engine.threads = before }
        var generator = Generator(seed: 42)
        let network = FusedNetwork(members: 2, sizes: [20, 200, 200, 10], using: &generator)
        let x = Tensor.normal([2, 500, 20], using: &generator)
        let results = [1, 2, 4].map { threads in
            Engine.threads = threads
            return network.predict(x).floats()
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }
}
