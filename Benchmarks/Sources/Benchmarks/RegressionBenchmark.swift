import OptimistCore
import OptimistTorch

/// One Adam step of a regression, the hot path of model-free learners.
struct RegressionBenchmark: Benchmark {
    let name = "regression"
    let summary = "one Adam step, 17-256-256-6 ReLU, batch 256, float32"
    let peers: Peers

    func run(rounds: Int) {
        var generator = Generator(seed: 0)
        let x = Tensor.normal([256, 17], using: &generator)
        let y = Tensor.normal([256, 6], using: &generator)
        let network = FusedNetwork(
            sizes: [17, 256, 256, 6], activation: .relu, initializer: .fanInUniform,
            using: &generator)
        let trainer = FusedTrainer(network)
        let contenders = [
            Contender("Optimist, fused") { _ = trainer.step(inputs: x, targets: y) },
            modules(x, y, &generator),
            Contender("PyTorch", peers.peer("torch_peer"), "regression"),
            Contender("JAX, jitted", peers.peer("jax_peer"), "regression"),
        ].compactMap { $0 }
        Comparison(contenders, rounds: rounds, repeats: 200).report(unit: (1e6, "us"))
    }

    /// The same with tensors, layers and an optimizer of the library.
    private func modules(
        _ x: Tensor, _ y: Tensor, _ generator: inout Generator
    ) -> Contender {
        let network = MultilayerPerceptron(sizes: [17, 256, 256, 6], using: &generator)
        let optimizer = Adam(groups: [ParameterGroup(network.parameters)])
        return Contender("Optimist, layers and autograd") {
            optimizer.minimize((network(x) - y).square().mean())
        }
    }
}
