import OptimistCore
import OptimistTorch
import Testing

@Suite struct LayerTests {
    @Test func `parameters come in order with names`() {
        var generator = Generator(seed: 1)
        let network = MultilayerPerceptron(
            sizes: [3, 4, 4, 2], isNormalized: true, using: &generator)
        #expect(
            network.parameters.map(\.name) == [
                "layer0.weight", "layer0.bias", "normalization0.gain", "normalization0.bias",
                "layer1.weight", "layer1.bias", "normalization1.gain", "normalization1.bias",
                "layer2.weight", "layer2.bias",
            ])
        #expect(network.parameterCount == 3 * 4 + 4 + 4 * 4 + 4 + 4 * 2 + 2 + 4 * 4)
        #expect(network(Tensor.zeros([5, 7, 3])).shape == [5, 7, 2])
        let gradient = gradients(
            of: network(Tensor.ones([2, 3])).square().sum(),
            withRespectTo: network.parameters.map(\.tensor))
        #expect(gradient.map(\.shape) == network.parameters.map(\.tensor.shape))
        #expect(gradient[0].norm().item() > 0)
    }

    @Test func `a copy has parameters of its own and averages move toward the source`() {
        var generator = Generator(seed: 2)
        let online = MultilayerPerceptron(sizes: [2, 3, 1], using: &generator)
        let target = online.copied()
        let before = target.parameters[0].tensor.floats()
        #expect(before == online.parameters[0].tensor.floats())
        online.parameters[0].tensor.fill(1)
        #expect(target.parameters[0].tensor.floats() == before)
        target.moveParameters(toward: online, weight: 0.25)
        let expected = before.map { $0 + 0.25 * (1 - $0) }
        for (found, wanted) in zip(target.parameters[0].tensor.floats(), expected) {
            #expect(abs(found - wanted) < 1e-6)
        }
        target.copyParameters(from: online)
        #expect(target.parameters[0].tensor.floats() == Array(repeating: 1, count: 6))
        #expect(target.parameters[0].tensor.requiresGradient)
    }

    @Test func `each member of an ensemble is a dense layer`() {
        var generator = Generator(seed: 3)
        let ensemble = EnsemblePerceptron(members: 3, sizes: [4, 5, 2], using: &generator)
        let input = Tensor.normal([6, 4], using: &generator)
        let output = ensemble(input)
        #expect(output.shape == [3, 6, 2])
        for member in 0..<3 {
            let layers = ensemble.layers.map {
                Dense(
                    weight: $0.weight[member].transposed().detached().contiguous(),
                    bias: $0.bias[member, 0].detached())
            }
            let single = MultilayerPerceptron(layers: layers, activation: .silu)(input)
            #expect(single.isClose(to: output[member], relative: 1e-5, absolute: 1e-6))
        }
        let apart = Tensor.stacked([input, input, input])
        #expect(ensemble(apart).floats() == output.floats())
    }

    @Test func `convolutions take any leading axes`() {
        var generator = Generator(seed: 4)
        let encoder = Convolution2D(inputs: 3, outputs: 8, kernel: 4, stride: 2, using: &generator)
        let decoder = TransposedConvolution2D(
            inputs: 8, outputs: 3, kernel: 4, stride: 2, using: &generator)
        let images = Tensor.normal([5, 2, 3, 10, 10], using: &generator)
        let hidden = encoder(images)
        #expect(hidden.shape == [5, 2, 8, 4, 4])
        #expect(decoder(hidden).shape == images.shape)
        #expect(hidden[3].isClose(to: encoder(images[3]), absolute: 1e-6))
    }

    @Test func `a recurrent cell keeps its state within one`() {
        var generator = Generator(seed: 5)
        let cell = GRUCell(inputs: 3, hidden: 4, using: &generator)
        var hidden = Tensor.zeros([2, 4])
        for _ in 0..<50 {
            hidden = cell(
                Tensor.normal([2, 3], standardDeviation: 10, using: &generator), hidden: hidden)
        }
        #expect(hidden.shape == [2, 4])
        #expect(hidden.abs().max().item() <= 1)
        #expect(cell.parameters.map(\.tensor.shape) == [[12, 3], [12, 4], [12], [12]])
    }

    @Test func `initializers have their bounds and moments`() {
        var generator = Generator(seed: 6)
        func draw(_ initializer: Initializer, _ shape: [Int] = [300, 200]) -> Tensor {
            initializer.tensor(
                shape, fanIn: 200, fanOut: 300, type: .float64, using: &generator)
        }
        #expect(draw(.zeros).abs().max().item() == 0)
        #expect(draw(.constant(2)).mean().item() == 2)
        for (initializer, bound) in [
            (Initializer.fanInUniform, (1.0 / 200).squareRoot()),
            (.kaimingUniform, (6.0 / 200).squareRoot()),
            (.xavierUniform(gain: 2), 2 * (6.0 / 500).squareRoot()), (.uniform(bound: 0.3), 0.3),
        ] {
            let drawn = draw(initializer)
            #expect(drawn.abs().max().item() <= bound)
            // The deviation of a uniform law is bound/√3; 60 000 draws know it to 0.2 %.
            #expect(abs(drawn.standardDeviation().item() / (bound / 3.0.squareRoot()) - 1) < 0.02)
        }
        let restricted = draw(.truncatedNormal).abs().max().item()
        #expect(restricted <= 1 / 200.0.squareRoot() && restricted > 0.9 / 200.0.squareRoot())
        for shape in [[6, 4], [4, 6]] {
            let q = draw(.orthogonal(gain: 3), shape)
            let product = shape[0] > shape[1] ? q.transposed().matmul(q) : q.matmul(q.transposed())
            #expect(product.isClose(to: Tensor.identity(4, type: .float64) * 9, absolute: 1e-12))
        }
    }
}
