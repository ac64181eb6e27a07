import Foundation
import OptimistCore
import OptimistTorch
import Testing

@Suite struct OptimizerTests {
    /// A parameter and gradients for six steps, the same for every optimizer.
    private static let start = [1.0, -2, 0.5]
    private static let slopes: [[Double]] = [
        [0.3, -0.4, -1.1], [0.6, -0.1, -0.8], [0.9, 0.2, -0.5], [1.2, 0.5, -0.2],
        [1.5, 0.8, 0.1], [1.8, 1.1, 0.4],
    ]

    private func run(_ make: ([NamedTensor]) -> any Optimizer) -> [Double] {
        let parameter = Tensor(Self.start).requiringGradient()
        let optimizer = make([NamedTensor("p", parameter)])
        for slope in Self.slopes { optimizer.step([Tensor(slope)]) }
        return parameter.doubles()
    }

    private func expectClose(_ found: [Double], _ wanted: [Double]) {
        for (left, right) in zip(found, wanted) { #expect(abs(left - right) < 1e-12) }
    }

    @Test(arguments: [(0.0, false), (0.1, false), (0.1, true)])
    func `Adam and AdamW follow their formula`(_ decay: Double, _ isDecoupled: Bool) {
        let found = run {
            Adam(
                $0, learningRate: 0.05, decays: (0.8, 0.95), epsilon: 1e-3, weightDecay: decay,
                isDecoupled: isDecoupled)
        }
        var p = Self.start
        var m = [0.0, 0, 0]
        var v = [0.0, 0, 0]
        for (step, slope) in Self.slopes.enumerated() {
            let t = Double(step + 1)
            for i in 0..<3 {
                let g = slope[i] + (isDecoupled ? 0 : decay * p[i])
                if isDecoupled { p[i] -= 0.05 * decay * p[i] }
                m[i] = 0.8 * m[i] + 0.2 * g
                v[i] = 0.95 * v[i] + 0.05 * g * g
                let mean = m[i] / (1 - Foundation.pow(0.8, t))
                let square = v[i] / (1 - Foundation.pow(0.95, t))
                p[i] -= 0.05 * mean / (square.squareRoot() + 1e-3)
            }
        }
        expectClose(found, p)
    }

    // The fused operator works in vectors of lanes with a remainder; a step's size is about the
    // rate, so float32 knows it to about 1e-7 times the parameter's size.
    @Test func `Adam follows its formula in single precision at every lane`() {
        var generator = Generator(seed: 12)
        let start = Tensor.normal([1003], using: &generator)
        let parameter = start.copy().requiringGradient()
        let optimizer = Adam([NamedTensor("p", parameter)], learningRate: 0.01, weightDecay: 0.1)
        var p = start.to(.float64)
        var m = Tensor.zeros(like: p)
        var v = Tensor.zeros(like: p)
        for step in 1...4 {
            let slope = Tensor.normal([1003], using: &generator)
            optimizer.step([slope])
            let g = slope.to(.float64) + 0.1 * p
            m = 0.9 * m + 0.1 * g
            v = 0.999 * v + 0.001 * g.square()
            let mean = m / (1 - Foundation.pow(0.9, Double(step)))
            let square = v / (1 - Foundation.pow(0.999, Double(step)))
            p -= 0.01 * mean / (square.sqrt() + 1e-8)
        }
        #expect((parameter.detached().to(.float64) - p).abs().max().item() < 2e-6)
        #expect((p - start.to(.float64)).abs().max().item() > 0.02)
    }

    @Test(arguments: [(0.0, false), (0.9, false), (0.9, true)])
    func `gradient descent follows its formula`(_ momentum: Double, _ isNesterov: Bool) {
        let found = run {
            StochasticGradientDescent(
                $0, learningRate: 0.1, momentum: momentum, isNesterov: isNesterov,
                weightDecay: 0.2)
        }
        var p = Self.start
        var v = [0.0, 0, 0]
        for slope in Self.slopes {
            for i in 0..<3 {
                let g = slope[i] + 0.2 * p[i]
                v[i] = momentum * v[i] + g
                p[i] -= 0.1 * (isNesterov ? g + momentum * v[i] : v[i])
            }
        }
        expectClose(found, p)
    }

    @Test func `RMSProp follows its formula`() {
        let found = run { RMSProp($0, learningRate: 0.1, decay: 0.9, epsilon: 1e-2) }
        var p = Self.start
        var s = [0.0, 0, 0]
        for slope in Self.slopes {
            for i in 0..<3 {
                s[i] = 0.9 * s[i] + 0.1 * slope[i] * slope[i]
                p[i] -= 0.1 * slope[i] / (s[i].squareRoot() + 1e-2)
            }
        }
        expectClose(found, p)
    }

    @Test func `groups have their own decay and rate`() {
        let first = Tensor([1.0]).requiringGradient()
        let second = Tensor([1.0]).requiringGradient()
        let optimizer = StochasticGradientDescent(
            groups: [
                ParameterGroup([NamedTensor("a", first)], weightDecay: 0.5),
                ParameterGroup([NamedTensor("b", second)], rateScale: 10),
            ], learningRate: 0.01)
        optimizer.step([Tensor([1.0]), Tensor([1.0])])
        #expect(abs(first.item() - (1 - 0.01 * 1.5)) < 1e-15)
        #expect(abs(second.item() - (1 - 0.1)) < 1e-15)
    }

    @Test func `clipping scales to the norm and leaves smaller gradients alone`() {
        let gradient = [Tensor([3.0]), Tensor([0.0, 4.0])]
        let (smaller, norm) = clipped(gradient, toGlobalNorm: 1)
        #expect(norm == 5)
        expectClose(smaller.flatMap { $0.doubles() }, [0.6, 0, 0.8])
        let (same, _) = clipped(gradient, toGlobalNorm: 6)
        #expect(same.flatMap { $0.doubles() } == [3, 0, 4])
    }

    @Test func `a gradient that is not finite changes nothing`() {
        let p = Tensor([1.0]).requiringGradient()
        let optimizer = Adam([NamedTensor("p", p)])
        let norm = optimizer.minimize((p * Double.nan).sum())
        #expect(norm.isNaN)
        #expect(p.item() == 1 && optimizer.steps == 0)
    }

    @Test func `L-BFGS finds the minimum of Rosenbrock's function`() {
        let x = Tensor([-1.2, 1]).requiringGradient()
        let optimizer = LBFGS([NamedTensor("x", x)])
        let outcome = optimizer.minimize {
            let (a, b) = (x[0], x[1])
            return (1 - a).square() + 100 * (b - a.square()).square()
        }
        #expect(outcome.hasConverged)
        #expect(outcome.loss < 1e-15)
        #expect(outcome.iterations < 60)
        expectClose(x.doubles().map { ($0 * 1e6).rounded() / 1e6 }, [1, 1])
    }

    @Test func `L-BFGS stopped, saved and resumed gives the same bits`() throws {
        func run(_ rounds: [Int]) throws -> [Double] {
            let x = Tensor([-1.2, 1]).requiringGradient()
            var optimizer = LBFGS([NamedTensor("x", x)], historySize: 3)
            for count in rounds {
                let outcome = optimizer.minimize(maximumIterations: count) {
                    (1 - x[0]).square() + 100 * (x[1] - x[0].square()).square()
                }
                #expect(outcome.iterations == count)
                let archive = Archive()
                optimizer.save(to: archive)
                optimizer = LBFGS([NamedTensor("x", x)], historySize: 3)
                try optimizer.load(from: archive)
            }
            return x.doubles()
        }
        #expect(try run([14]) == run([5, 2, 7]))
        #expect(try run([14]) != run([13]))
    }

    @Test func `L-BFGS solves a quadratic in several tensors`() {
        var generator = Generator(seed: 9)
        let factor = Tensor.normal([12, 12], type: .float64, using: &generator)
        let matrix = factor.matmul(factor.transposed()) + Tensor.identity(12, type: .float64)
        let right = Tensor.normal([12], type: .float64, using: &generator)
        let parts = [Tensor.zeros([4], type: .float64), Tensor.zeros([2, 4], type: .float64)]
            .map { $0.requiringGradient() }
        let optimizer = LBFGS(
            parts.enumerated().map { NamedTensor("p\($0)", $1) }, changeTolerance: 0)
        let outcome = optimizer.minimize(maximumIterations: 200) {
            let x = Tensor.concatenated(parts.map { $0.reshaped([-1]) })
            return 0.5 * (x * matrix.matmul(x)).sum() - (x * right).sum()
        }
        #expect(outcome.gradientNorm <= 1e-7)
        let x = Tensor.concatenated(parts.map { $0.detached().reshaped([-1]) })
        #expect(matrix.matmul(x).isClose(to: right, absolute: 1e-6))
    }

    static let makers: [(String, @Sendable ([NamedTensor]) -> any Optimizer)] = [
        ("Adam", { Adam($0, learningRate: 0.01, weightDecay: 0.01) }),
        ("RMSProp", { RMSProp($0) }),
        ("momentum", { StochasticGradientDescent($0, learningRate: 0.01, momentum: 0.9) }),
    ]

    @Test(arguments: makers.indices)
    func `training stopped, saved and resumed gives the same bits`(_ index: Int) throws {
        let make = Self.makers[index].1
        func network() -> MultilayerPerceptron {
            var generator = Generator(seed: 10)
            return MultilayerPerceptron(sizes: [3, 8, 1], activation: .tanh, using: &generator)
        }
        func train(
            _ network: MultilayerPerceptron, _ optimizer: any Optimizer, _ steps: Range<Int>
        ) {
            for step in steps {
                var generator = Generator(seed: 11).split(step)
                let input = Tensor.normal([16, 3], using: &generator)
                let target = input.sum(axis: 1, keepingDimensions: true).sin()
                optimizer.minimize((network(input) - target).square().mean())
            }
        }
        let whole = network()
        let straight = make(whole.parameters)
        train(whole, straight, 0..<40)

        let first = network()
        let before = make(first.parameters)
        train(first, before, 0..<17)
        let path = FileManager.default.temporaryDirectory
            .appending(path: "optimist-\(UUID().uuidString).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let archive = Archive()
        first.save(to: archive.scope("network"))
        before.save(to: archive.scope("optimizer"))
        try archive.write(to: path)

        let stored = try Archive(contentsOf: path)
        let second = network()
        let after = make(second.parameters)
        try second.load(from: stored.scope("network"))
        try after.load(from: stored.scope("optimizer"))
        train(second, after, 17..<40)
        for (left, right) in zip(whole.parameters, second.parameters) {
            #expect(left.tensor.floats() == right.tensor.floats())
        }
    }
}
