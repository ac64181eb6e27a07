import OptimistCore
import OptimistTorch
import Testing

/// An operation and the place where its gradient is checked.
struct GradientCase: Sendable, CustomTestStringConvertible {
    var name: String
    var shape: [Int]
    var low: Double
    var high: Double
    var function: @Sendable (Tensor) -> Tensor

    init(
        _ name: String, _ shape: [Int] = [2, 3], from low: Double = -1.5, to high: Double = 1.5,
        _ function: @escaping @Sendable (Tensor) -> Tensor
    ) {
        self.name = name
        self.shape = shape
        self.low = low
        self.high = high
        self.function = function
    }

    var testDescription: String { name }

    /// A point drawn for this case, and fixed weights that make a number of the result.
    func check() -> Double {
        var generator = Generator(seed: 11).split(name)
        let point = Tensor.uniform(
            shape, from: low, to: high, type: .float64, using: &generator)
        let result = withoutGradient { function(point) }
        let weights = Tensor.normal(result.shape, type: .float64, using: &generator)
        return gradientError(of: { (function($0) * weights).sum() }, at: point)
    }
}

@Suite struct GradientTests {
    @Test(arguments: elementwiseCases + reductionCases + shapeCases + algebraCases + networkCases)
    func `the gradient equals central differences`(_ operation: GradientCase) {
        #expect(operation.check() < 1e-7)
    }

    @Test func `a wrong gradient is noticed`() {
        let wrong = GradientCase("wrong") { $0.detached() * $0 }
        #expect(wrong.check() > 1e-2)
    }

    @Test func `gradients of gradients are exact for a polynomial`() {
        let x = Tensor([2.0, -1]).requiringGradient()
        let first = gradients(of: x.pow(3).sum(), withRespectTo: [x], createGraph: true)[0]
        #expect(first.doubles() == [12, 3])
        let second = gradients(of: first.sum(), withRespectTo: [x], createGraph: true)[0]
        #expect(second.doubles() == [12, -6])
        let third = gradients(of: second.sum(), withRespectTo: [x])[0]
        #expect(third.doubles() == [6, 6])
    }

    @Test func `a seed gives the vector-Jacobian product`() {
        let x = Tensor([1.0, 2, 3]).requiringGradient()
        let product = gradients(of: x.square(), withRespectTo: [x], seed: Tensor([1.0, 0, -1]))
        #expect(product[0].doubles() == [2, 0, -6])
    }

    @Test func `nothing is recorded inside withoutGradient or through detached`() {
        let x = Tensor([1.0]).requiringGradient()
        #expect((x * 2).requiresGradient)
        #expect(!withoutGradient { (x * 2).requiresGradient })
        #expect((x * 2).requiresGradient)
        #expect(!x.detached().requiresGradient)
        struct Stop: Error {}
        #expect(throws: Stop.self) { try withoutGradient { throw Stop() } }
        #expect((x * 2).requiresGradient)
    }

    @Test func `an unused input gives zeros only where that is allowed`() async {
        let x = Tensor([1.0]).requiringGradient()
        let unused = Tensor([1.0, 2]).requiringGradient()
        let found = gradients(of: x.sum(), withRespectTo: [x, unused], allowUnused: true)
        #expect(found[1].doubles() == [0, 0])
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            let x = Tensor([1.0]).requiringGradient()
            let unused = Tensor([1.0, 2]).requiringGradient()
            _ = gradients(of: x.sum(), withRespectTo: [x, unused])
        }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("input 1, float64[2]"))
    }
}
