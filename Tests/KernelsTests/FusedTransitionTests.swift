import OptimistCore
import OptimistTorch
import Testing

/// Rollouts of a learned transition model against one step after another in float64.
@Suite struct FusedTransitionTests {
    /// One step of groups of rows, written with ordinary operations.
    static func step(
        _ model: FusedTransition, _ members: [Int], _ state: Tensor, _ action: Tensor,
        _ noise: Tensor?
    ) -> Tensor {
        let composed = FusedNetworkTests.exact(model.network)
        let x =
            (Tensor.concatenated([state, action], axis: 2)
                - Tensor(model.inputMean.map(Double.init)))
            * Tensor(model.inputScale.map(Double.init))
        let y = Tensor.stacked(
            members.enumerated().map { group, member in composed(x[group])[member] })
        let width = model.predictions
        var result = y.slice(axis: 2, 0..<width)
        let residual = model.residual.prefix(model.states).map(Double.init)
        let base = state * Tensor(Array(residual))
        result = result + base.padded(axis: 2, before: 0, after: width - model.states)
        guard let noise, let bounds = model.bounds else { return result }
        let raw = y.slice(axis: 2, width..<(2 * width))
        let minimum = Tensor(bounds.minimum.map(Double.init))
        let maximum = Tensor(bounds.maximum.map(Double.init))
        let upper = maximum - (maximum - raw).softplus()
        let logVariance = minimum + (upper - minimum).softplus()
        return result + (logVariance * 0.5).exp() * noise
    }

    static func model(_ hasBounds: Bool, _ generator: inout Generator) -> FusedTransition {
        let network = FusedNetwork(
            members: 3, sizes: [5, 20, hasBounds ? 8 : 4], initializer: .fanInUniform,
            using: &generator)
        var model = FusedTransition(
            network, states: 3, actions: 2,
            bounds: hasBounds ? LogVarianceBounds(count: 4, minimum: -3, maximum: 0) : nil)
        model.inputMean = [0.1, -0.2, 0.3, 0, 0.5]
        model.inputScale = [1, 2, 0.5, 1, 1.5]
        model.residual = [1, 0, 1, 0]
        return model
    }

    @Test func `a rollout is one step after another`() {
        var generator = Generator(seed: 31)
        for hasBounds in [true, false] {
            for (sequences, particles) in [(1, 1), (5, 2), (67, 2)] {
                let model = Self.model(hasBounds, &generator)
                let (horizon, rows) = (4, sequences * particles)
                let start = Tensor.normal([3], using: &generator)
                let actions = Tensor.normal([sequences, horizon, 2], using: &generator)
                let noise = Tensor.normal([horizon, 3, rows, 4], using: &generator)
                let found = model.rollOut(
                    start: start, actions: actions, particles: particles, noise: noise)
                #expect(found.shape == [horizon, 3, rows, 4])
                var state = start.to(.float64).expanded([3, rows, 3])
                for t in 0..<horizon {
                    let action = actions.to(.float64).select(axis: 1, t)
                        .repeatedElements(particles, axis: 0).expanded([3, rows, 2])
                    let exact = Self.step(
                        model, [0, 1, 2], state, action, hasBounds ? noise[t].to(.float64) : nil)
                    #expect(FusedNetworkTests.worst(found[t], exact) < 1e-4, "\(rows) \(t)")
                    state = exact.slice(axis: 2, 0..<3)
                }
            }
        }
    }

    @Test func `rows may start apart, groups choose members and have actions of their own`() {
        var generator = Generator(seed: 32)
        let model = Self.model(true, &generator)
        let start = Tensor.normal([2, 10, 3], using: &generator)
        let actions = Tensor.normal([2, 10, 1, 2], using: &generator)
        let memory = Tensor.zeros([1, 2, 10, 4])
        let found = model.rollOut(
            start: start, actions: actions, members: [2, 0], into: memory)
        let exact = Self.step(
            model, [2, 0], start.to(.float64), actions.to(.float64).squeezed(axis: 2), nil)
        #expect(FusedNetworkTests.worst(found[0], exact) < 1e-5)
        #expect(memory.floats() == found.floats())
    }
}
