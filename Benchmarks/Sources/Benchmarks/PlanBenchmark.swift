import OptimistCore
import OptimistTorch

/// A whole plan of PETS by the cross-entropy method (Chua et al., 2018).
struct PlanBenchmark: Benchmark {
    let name = "plan"
    let summary =
        "PETS: 5 iterations x 500 candidates x 20 particles x horizon 15, 5 members of 4 x 200"
    let peers: Peers

    func run(rounds: Int) {
        var planner = CrossEntropyPlan(seed: 0)
        let contenders = [
            Contender("Optimist") { _ = planner.plan() },
            Contender("JAX, jitted", peers.peer("jax_peer"), "plan"),
            Contender("mbrl-lib", peers.peer("mbrl_peer"), "plan"),
        ].compactMap { $0 }
        Comparison(contenders, rounds: rounds, repeats: 1).report(unit: (1, "s"))
    }
}

/// The plan that the peers make too: states of 4 numbers, actions of 1, a reward that is known.
struct CrossEntropyPlan {
    private let model: FusedTransition
    private let start = Tensor([0.1, 0, 0.2, 0] as [Float])
    private let trajectory = Tensor.zeros([15, 5, 2000, 4])
    private var generator: Generator

    init(seed: UInt64) {
        generator = Generator(seed: seed)
        let network = FusedNetwork(
            members: 5, sizes: [5, 200, 200, 200, 200, 8], using: &generator)
        model = FusedTransition(
            network, states: 4, actions: 1, bounds: LogVarianceBounds(count: 4))
    }

    /// The mean of the last elites, `[horizon, 1]`.
    mutating func plan() -> Tensor {
        var mean = Tensor.zeros([15, 1])
        var variance = Tensor.full([15, 1], 0.25)
        for _ in 0..<5 {
            let noise = Tensor.truncatedNormal([500, 15, 1], using: &generator)
            let below = ((mean + 1) / 2).square()
            let room = below.minimum(((1 - mean) / 2).square())
            let actions = mean + variance.minimum(room).sqrt() * noise
            let best = returns(of: actions).top(50).indices
            let elites = actions.indexSelect(axis: 0, best)
            mean = 0.1 * mean + 0.9 * elites.mean(axis: 0)
            variance = 0.1 * variance + 0.9 * elites.variance(axis: 0, correction: 0)
        }
        return mean
    }

    private mutating func returns(of actions: Tensor) -> Tensor {
        let noise = Tensor.normal([15, 5, 2000, 4], using: &generator)
        let states = model.rollOut(
            start: start, actions: actions, particles: 4, noise: noise, into: trajectory)
        let angle = states.select(axis: 3, 2)
        let place = states.select(axis: 3, 0)
        let rewards = angle.cos() - 0.01 * place.square()
        return rewards.sum(axis: 0).reshaped([5, 500, 4]).mean(axes: [0, 2])
    }
}
