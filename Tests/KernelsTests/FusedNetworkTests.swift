import Foundation
import OptimistCore
import OptimistTorch
import Testing

/// The fused network against a composed one, and its gradients against finite differences.
@Suite struct FusedNetworkTests {
    static func worst(_ a: Tensor, _ b: Tensor) -> Double { FusedDenseTests.worst(a, b) }

    /// An `EnsemblePerceptron` in float64 with a network's parameters.
    static func exact(_ network: FusedNetwork) -> EnsemblePerceptron {
        let parts = network.parameters.map { $0.tensor.detached().to(.float64) }
        let layers = stride(from: 0, to: parts.count, by: 2).map {
            EnsembleDense(weight: parts[$0], bias: parts[$0 + 1])
        }
        return EnsemblePerceptron(
            layers: layers, activation: network.activation,
            outputActivation: network.outputActivation)
    }

    static func network(
        _ members: Int, _ sizes: [Int], _ activation: Activation, _ output: Activation,
        _ generator: inout Generator
    ) -> FusedNetwork {
        FusedNetwork(
            members: members, sizes: sizes, activation: activation, outputActivation: output,
            initializer: .fanInUniform, using: &generator)
    }

    @Test func `predictions equal those of the composed network at all sizes`() {
        var generator = Generator(seed: 21)
        let cases: [(Int, [Int], Activation)] = [
            (1, [1, 1], .relu), (2, [3, 17, 1], .tanh), (1, [17, 256, 256, 6], .relu),
            (5, [24, 200, 200, 36], .silu), (3, [5, 500, 3], .elu), (2, [200, 7, 9], .sigmoid),
        ]
        for (members, sizes, activation) in cases {
            let network = Self.network(members, sizes, activation, .identity, &generator)
            let composed = Self.exact(network)
            for rows in [1, 7, 64, 131] {
                let x = Tensor.normal([members, rows, sizes[0]], using: &generator)
                let y = network.predict(x)
                #expect(Self.worst(y, composed(x.to(.float64))) < 2e-5, "\(sizes) \(rows)")
                #expect(Self.worst(y, network(x)) < 2e-5)
                let shared = network.predict(x[0])
                let wanted = composed(x[0].to(.float64))
                #expect(Self.worst(shared, wanted) < 2e-5)
            }
        }
    }

    @Test func `groups go through the members chosen`() {
        var generator = Generator(seed: 22)
        let network = Self.network(4, [3, 8, 2], .silu, .tanh, &generator)
        let x = Tensor.normal([3, 10, 3], using: &generator)
        let y = network.predict(x, members: [2, 0, 2])
        for (group, member) in [2, 0, 2].enumerated() {
            let own = network.predict(x[group])[member]
            #expect(Self.worst(y[group], own) == 0)
        }
    }

    @Test func `a change of parameters by any means is seen`() {
        var generator = Generator(seed: 23)
        let network = Self.network(1, [4, 16, 2], .relu, .identity, &generator)
        let x = Tensor.normal([9, 4], using: &generator)
        let before = network.predict(x)
        network.parameters[0].tensor.scale(by: 2)
        let after = network.predict(x)
        #expect(Self.worst(before, after) > 1e-3)
        #expect(Self.worst(after, network(x)) < 1e-6)
        let copy = network.copied()
        network.storage.fill(0)
        #expect(network.predict(x).abs().max().item() == 0)
        #expect(Self.worst(copy.predict(x), after) == 0)
    }

    @Test func `a network follows another by a share of the way`() {
        var generator = Generator(seed: 29)
        let one = Self.network(2, [3, 17, 5], .relu, .identity, &generator)
        let other = Self.network(2, [3, 17, 5], .relu, .identity, &generator)
        let expected = one.storage.copy()
        expected.interpolate(toward: other.storage, weight: 0.3)
        one.follow(other, weight: 0.3)
        #expect(one.storage.isClose(to: expected, relative: 1e-6, absolute: 1e-7))
        one.follow(other, weight: 1)
        #expect(one.storage.isClose(to: other.storage, relative: 1e-6, absolute: 1e-7))
    }

    @Test func `the norm of a gradient is that of its numbers, however large they are`() {
        var generator = Generator(seed: 31)
        let network = Self.network(1, [7, 130, 9], .identity, .identity, &generator)
        let trainer = FusedTrainer(network)
        let x = Tensor.normal([64, 7], using: &generator)
        for scale in [1, 1e-10, 1e22] {
            _ = trainer.trace(x)
            trainer.backward(Tensor.normal([1, 64, 9], using: &generator) * scale)
            let expected = trainer.gradient.to(.float64).square().sum().item().squareRoot()
            #expect(abs(trainer.gradientNorm / expected - 1) < 1e-6)
        }
    }

    @Test func `the inputs' gradient alone is that of the whole backward pass`() {
        var generator = Generator(seed: 27)
        for (members, rows) in [(1, 1), (2, 256), (3, 131)] {
            let network = Self.network(members, [7, 33, 20, 2], .relu, .identity, &generator)
            let trainer = FusedTrainer(network)
            let x = Tensor.normal([members, rows, 7], using: &generator)
            let seed = Tensor.normal([members, rows, 2], using: &generator)
            _ = trainer.trace(x)
            let whole = trainer.backward(seed, returnsInputGradient: true)!
            _ = trainer.trace(x)
            let alone = trainer.inputGradient(seed)
            #expect(alone.floats() == whole.floats())
        }
    }

    @Test func `traced gradients equal autograd in float64`() {
        var generator = Generator(seed: 24)
        let cases: [(Int, [Int], Activation, Activation, Int)] = [
            (1, [1, 1], .relu, .identity, 1), (1, [17, 64, 48, 6], .relu, .identity, 256),
            (2, [3, 17, 5], .tanh, .sigmoid, 7), (5, [24, 40, 36], .silu, .silu, 131),
            (3, [7, 33, 9, 2], .elu, .tanh, 300),
        ]
        for (members, sizes, activation, output, rows) in cases {
            let network = Self.network(members, sizes, activation, output, &generator)
            let trainer = FusedTrainer(network)
            let composed = Self.exact(network)
            let x = Tensor.normal([members, rows, sizes[0]], using: &generator)
            let y = trainer.trace(x)
            let seed = Tensor.normal(y.shape, using: &generator)
            let byInputs = trainer.backward(seed, returnsInputGradient: true)!
            let leaf = x.to(.float64).requiringGradient()
            let leaves = composed.parameters.map(\.tensor) + [leaf]
            let wanted = gradients(
                of: composed(leaf), withRespectTo: leaves, seed: seed.to(.float64))
            let flat = Tensor.concatenated(wanted.dropLast().map { $0.flattened() })
            let size = 1 + flat.abs().max().item()
            #expect(Self.worst(trainer.gradient, flat) < 1e-5 * size, "\(sizes)")
            #expect(Self.worst(byInputs, wanted[wanted.count - 1]) < 1e-5 * size)
        }
    }

    @Test func `the squared loss falls along its exact gradient`() {
        var generator = Generator(seed: 25)
        let network = Self.network(2, [3, 20, 4], .tanh, .identity, &generator)
        let x = Tensor.normal([2, 37, 3], using: &generator)
        let target = Tensor.normal([37, 4], using: &generator)
        let composed = Self.exact(network)
        func losses(_ model: EnsemblePerceptron) -> Tensor {
            (model(x.to(.float64)) - target.to(.float64)).square().mean(axes: [1, 2])
        }
        let before = losses(composed).doubles()
        let wanted = gradients(
            of: losses(composed).sum(), withRespectTo: composed.parameters.map(\.tensor))
        let trainer = FusedTrainer(network, learningRate: 0)
        let step = trainer.step(inputs: x, targets: target)
        #expect(step.isFinite)
        for (mine, theirs) in zip(step.losses, before) { #expect(abs(mine - theirs) < 1e-5) }
        let flat = Tensor.concatenated(wanted.map { $0.flattened() })
        #expect(Self.worst(trainer.gradient, flat) < 1e-6)
    }

    @Test func `the Gaussian loss has the gradients of finite differences`() {
        var generator = Generator(seed: 26)
        let network = Self.network(2, [3, 12, 6], .silu, .identity, &generator)
        let x = Tensor.normal([2, 21, 3], using: &generator)
        let target = Tensor.normal([2, 21, 3], using: &generator)
        let bounds = LogVarianceBounds(minimum: [-4, -2, -3], maximum: [0.5, 1, 0])
        let step = FusedTrainer(network, learningRate: 0).step(
            inputs: x, targets: target, loss: .gaussian(bounds))
        let trainer = FusedTrainer(network, learningRate: 0)
        _ = trainer.step(inputs: x, targets: target, loss: .gaussian(bounds))
        let found = trainer.gradient.doubles()
        let start = network.storage.doubles()
        func loss(_ parameters: [Double], _ low: [Double], _ high: [Double]) -> Double {
            network.storage.assign(Tensor(parameters))
            let model = Self.exact(network)
            return Self.gaussian(model(x.to(.float64)), target.to(.float64), low, high)
        }
        let low = bounds.minimum.map(Double.init)
        let high = bounds.maximum.map(Double.init)
        #expect(abs(step.losses.reduce(0, +) - loss(start, low, high)) < 1e-5)
        // Parameters are float32: steps are powers of two so that they are exact.
        let h = 1.0 / 256
        for index in stride(from: 0, to: start.count, by: 13) {
            var (up, down) = (start, start)
            up[index] += h
            down[index] -= h
            let slope = (loss(up, low, high) - loss(down, low, high)) / (2 * h)
            #expect(abs(slope - found[index]) < 2e-3 * (1 + abs(slope)), "\(index)")
        }
        for index in 0..<3 {
            var (up, down) = (low, low)
            up[index] += h
            down[index] -= h
            var slope = (loss(start, up, high) - loss(start, down, high)) / (2 * h)
            #expect(abs(slope - step.minimumGradient[index]) < 1e-4)
            (up, down) = (high, high)
            up[index] += h
            down[index] -= h
            slope = (loss(start, low, up) - loss(start, low, down)) / (2 * h)
            #expect(abs(slope - step.maximumGradient[index]) < 1e-4)
        }
    }

    /// The loss in its textbook form, summed over members.
    static func gaussian(
        _ output: Tensor, _ target: Tensor, _ low: [Double], _ high: [Double]
    ) -> Double {
        let width = target.size(axis: 2)
        let mean = output.slice(axis: 2, 0..<width)
        let raw = output.slice(axis: 2, width..<(2 * width))
        let (minimum, maximum) = (Tensor(low), Tensor(high))
        let upper = maximum - (maximum - raw).softplus()
        let logVariance = minimum + (upper - minimum).softplus()
        let error = (mean - target).square() * (-logVariance).exp() + logVariance
        return error.mean(axes: [1, 2]).sum().item()
    }

    @Test func `Adam steps equal those of the optimizer of LibTorch`() {
        var generator = Generator(seed: 27)
        let network = Self.network(2, [3, 16, 2], .silu, .identity, &generator)
        let composed = EnsemblePerceptron(
            members: 2, sizes: [3, 16, 2], activation: .silu, using: &generator)
        composed.copyParameters(from: network)
        let x = Tensor.normal([2, 40, 3], using: &generator)
        let target = Tensor.normal([2, 40, 2], using: &generator)
        let named = composed.parameters
        func decaying(_ weight: String, _ decay: Double) -> ParameterGroup {
            ParameterGroup(named.filter { $0.name == weight }, weightDecay: decay)
        }
        let optimizer = Adam(
            groups: [
                decaying("layer0.weight", 0.01), decaying("layer0.bias", 0),
                decaying("layer1.weight", 0.1), decaying("layer1.bias", 0),
            ], learningRate: 0.01)
        let trainer = FusedTrainer(network, learningRate: 0.01, weightDecay: [0.01, 0.1])
        for _ in 0..<20 {
            let loss = (composed(x) - target).square().mean(axes: [1, 2]).sum()
            optimizer.minimize(loss)
            let step = trainer.step(inputs: x, targets: target)
            #expect(abs(step.losses.reduce(0, +) - loss.item()) < 1e-4)
        }
        for (mine, theirs) in zip(network.parameters, named) {
            #expect(Self.worst(mine.tensor.detached(), theirs.tensor.detached()) < 1e-3)
        }
    }

    @Test func `a loss of one's own trains, clips by norm and refuses what is not finite`() {
        var generator = Generator(seed: 28)
        let network = Self.network(1, [2, 16, 1], .tanh, .identity, &generator)
        let trainer = FusedTrainer(network, learningRate: 0.02)
        let x = Tensor.normal([1, 64, 2], using: &generator)
        var losses: [Double] = []
        for _ in 0..<60 {
            let y = trainer.trace(x).requiringGradient()
            let loss = (y - 3).square().mean()
            losses.append(loss.item())
            trainer.backward(gradients(of: loss, withRespectTo: [y])[0])
            #expect(trainer.update(clippingNorm: 1).isFinite)
        }
        #expect(losses[59] < 0.1 * losses[0])
        let before = network.storage.floats()
        let y = trainer.trace(x)
        trainer.backward(Tensor.full(like: y, .infinity))
        #expect(!trainer.update().isFinite)
        #expect(network.storage.floats() == before)
    }

    @Test func `training resumes from an archive bit by bit`() throws {
        var generator = Generator(seed: 29)
        let network = Self.network(2, [3, 9, 2], .relu, .identity, &generator)
        let x = Tensor.normal([2, 20, 3], using: &generator)
        let target = Tensor.normal([2, 20, 2], using: &generator)
        let trainer = FusedTrainer(network)
        for _ in 0..<3 { _ = trainer.step(inputs: x, targets: target) }
        let archive = Archive()
        network.save(to: archive.scope("network"))
        trainer.save(to: archive.scope("trainer"))
        for _ in 0..<3 { _ = trainer.step(inputs: x, targets: target) }
        let second = FusedNetwork(members: 2, sizes: [3, 9, 2], activation: .relu)
        try second.load(from: archive.scope("network"))
        let resumed = FusedTrainer(second)
        try resumed.load(from: archive.scope("trainer"))
        for _ in 0..<3 { _ = resumed.step(inputs: x, targets: target) }
        #expect(second.storage.floats() == network.storage.floats())
        #expect(resumed.steps == 6)
    }
}
