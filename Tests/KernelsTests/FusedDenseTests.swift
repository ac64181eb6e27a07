import OptimistCore
import OptimistTorch
import Testing

/// The fused dense layer as an operation of the graph, against composed operations in float64.
@Suite struct FusedDenseTests {
    static let activations: [Activation] = [.identity, .relu, .tanh, .sigmoid, .silu, .elu]

    /// activation(x W + b) from other operations.
    static func composed(
        _ x: Tensor, _ w: Tensor, _ b: Tensor, _ activation: Activation
    ) -> Tensor {
        activation(x.matmul(w) + (w.rank == 3 ? b.unsqueezed(axis: 1) : b))
    }

    static func worst(_ a: Tensor, _ b: Tensor) -> Double {
        (a.to(.float64) - b.to(.float64)).abs().max().item()
    }

    /// x, W and b of random sizes.
    static func inputs(
        _ members: Int?, _ rows: Int, _ inner: Int, _ outer: Int, _ generator: inout Generator
    ) -> [Tensor] {
        let lead = members.map { [$0] } ?? []
        return [lead + [rows, inner], lead + [inner, outer], lead + [outer]].map {
            Tensor.normal($0, standardDeviation: 0.5, using: &generator).requiringGradient()
        }
    }

    @Test func `outputs and gradients equal those of composed operations in float64`() {
        var generator = Generator(seed: 11)
        let shapes = [(8, 1, 1), (9, 3, 17), (33, 17, 3), (130, 64, 50), (300, 24, 200)]
        for members in [nil, 1, 3] {
            for (rows, inner, outer) in shapes {
                for activation in Self.activations {
                    let input = Self.inputs(members, rows, inner, outer, &generator)
                    #expect(input[0].isFused(with: input[1], bias: input[2]))
                    check(input, activation)
                }
            }
        }
    }

    private func check(_ input: [Tensor], _ activation: Activation) {
        let y = input[0].dense(weight: input[1], bias: input[2], activation: activation)
        let exact = input.map { $0.detached().to(.float64).requiringGradient() }
        let z = Self.composed(exact[0], exact[1], exact[2], activation)
        #expect(y.shape == z.shape)
        #expect(Self.worst(y, z) < 1e-5)
        var generator = Generator(seed: 3)
        let seed = Tensor.normal(y.shape, using: &generator)
        let found = gradients(of: y, withRespectTo: input, seed: seed)
        let wanted = gradients(of: z, withRespectTo: exact, seed: seed.to(.float64))
        // A rectifier's slope jumps at 0: where a sum is within rounding of it, rows may differ.
        for (mine, theirs) in zip(found, wanted) {
            let size = 1 + theirs.abs().max().item()
            #expect(Self.worst(mine, theirs) < 2e-5 * size, "\(activation) \(mine.shape)")
        }
    }

    @Test func `turned weights give the same layer`() {
        var generator = Generator(seed: 12)
        for members in [nil, 2] {
            let input = Self.inputs(members, 41, 19, 23, &generator)
            let turned = input[1].detached().transposed().contiguous().requiringGradient()
            let y = input[0].dense(weight: input[1], bias: input[2], activation: .tanh)
            let z = input[0].dense(
                weight: turned, bias: input[2], activation: .tanh, isTransposed: true)
            #expect(Self.worst(y, z) == 0)
            let mine = gradients(of: y.square().sum(), withRespectTo: input)
            let theirs = gradients(
                of: z.square().sum(), withRespectTo: [input[0], turned, input[2]])
            #expect(Self.worst(mine[0], theirs[0]) < 1e-5)
            #expect(Self.worst(mine[1], theirs[1].transposed()) < 1e-5)
            #expect(Self.worst(mine[2], theirs[2]) < 1e-5)
        }
    }

    @Test func `a gradient can be differentiated again`() {
        var generator = Generator(seed: 13)
        for activation in Self.activations {
            let input = Self.inputs(2, 9, 5, 4, &generator)
            let exact = input.map { $0.detached().to(.float64).requiringGradient() }
            func penalty(_ x: Tensor, _ y: Tensor) -> Tensor {
                gradients(of: y.square().sum(), withRespectTo: [x], createGraph: true)[0]
                    .square().sum()
            }
            let y = input[0].dense(weight: input[1], bias: input[2], activation: activation)
            let z = Self.composed(exact[0], exact[1], exact[2], activation)
            let mine = gradients(of: penalty(input[0], y), withRespectTo: [input[1]])[0]
            let theirs = gradients(of: penalty(exact[0], z), withRespectTo: [exact[1]])[0]
            #expect(Self.worst(mine, theirs) < 1e-4 * (1 + theirs.abs().max().item()))
        }
    }

    @Test func `other types, few rows and other activations are composed by rule`() {
        var generator = Generator(seed: 14)
        let input = Self.inputs(nil, 5, 4, 3, &generator)
        #expect(!input[0].isFused(with: input[1]))
        let few = input[0].dense(weight: input[1], bias: input[2], activation: .silu)
        #expect(Self.worst(few, Self.composed(input[0], input[1], input[2], .silu)) < 1e-6)
        let exact = Self.inputs(nil, 16, 4, 3, &generator).map { $0.detached().to(.float64) }
        #expect(!exact[0].isFused(with: exact[1]))
        for activation in Activation.allCases {
            let y = exact[0].dense(weight: exact[1], bias: exact[2], activation: activation)
            #expect(y.elementType == .float64)
            let z = Self.composed(exact[0], exact[1], exact[2], activation)
            #expect(Self.worst(y, z) < 1e-14)
        }
    }

    @Test func `inputs of any layout and with more axes are taken`() {
        var generator = Generator(seed: 15)
        let input = Self.inputs(nil, 24, 6, 5, &generator)
        let strided = input[0].detached().transposed().contiguous().transposed()
        #expect(!strided.isContiguous)
        let y = input[0].dense(weight: input[1])
        #expect(Self.worst(y, strided.dense(weight: input[1])) == 0)
        let product = input[0].matmul(input[1])
        let mine = gradients(of: y.square().sum(), withRespectTo: [input[0], input[1]])
        let theirs = gradients(of: product.square().sum(), withRespectTo: [input[0], input[1]])
        for (a, b) in zip(mine, theirs) { #expect(Self.worst(a, b) < 1e-5) }
        let deep = input[0].reshaped([2, 3, 4, 6]).dense(weight: input[1])
        #expect(deep.shape == [2, 3, 4, 5])
        #expect(Self.worst(deep.reshaped([24, 5]), y) == 0)
    }
}
