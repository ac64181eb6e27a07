import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

/// A law over single numbers, with the interval that holds all of it but a negligible part.
struct Line: CustomTestStringConvertible, Sendable {
    let name: String
    let low: Double
    let high: Double
    /// Makes the law: tensors are not shared between threads, so a test makes its own.
    let make: @Sendable () -> any TensorDistribution

    init(
        _ name: String, _ low: Double, _ high: Double,
        _ make: @escaping @Sendable () -> any TensorDistribution
    ) {
        self.name = name
        self.low = low
        self.high = high
        self.make = make
    }

    var law: any TensorDistribution { make() }
    var testDescription: String { name }
    var quadrature: Quadrature { Quadrature(from: low, to: high) }

    /// E[f].
    func expectation(_ f: (Tensor) -> Tensor) -> Double {
        quadrature.integral { f($0) * law.logDensity($0).exp() }
    }

    static func number(_ value: Double) -> Tensor { Tensor(value, type: .float64) }

    static func normal(_ mean: Double = 0.3, _ deviation: Double = 0.5) -> Normal {
        Normal(mean: number(mean), standardDeviation: number(deviation), eventRank: 0)
    }

    static func truncated(
        _ location: Double, _ scale: Double = 0.5, _ low: Double = -1, _ high: Double = 1
    ) -> TruncatedNormal {
        TruncatedNormal(
            location: number(location), scale: number(scale), low: low, high: high, eventRank: 0)
    }

    static func beta(_ toward1: Double, _ toward0: Double) -> Beta {
        Beta(concentration1: number(toward1), concentration0: number(toward0), eventRank: 0)
    }

    static func uniform(_ low: Double, _ high: Double) -> Uniform {
        Uniform(low: number(low), high: number(high), eventRank: 0)
    }

    static func mixture() -> Mixture<Normal> {
        let pair = Normal(
            mean: Tensor([-1.0, 0.7]), standardDeviation: Tensor([0.4, 0.9]), eventRank: 0)
        return Mixture(logits: Tensor([0.2, -0.4]), components: pair)
    }

    static func affine() -> AffineMap { AffineMap(scale: -2, shift: 0.5, type: .float64) }

    /// Laws of every family over numbers, in float64.
    static let all = [
        Line("normal", -6, 7) { normal() },
        Line("tanh normal", -1, 1) { TanhNormal(normal()) },
        Line("truncated normal", -1, 1) { truncated(0.3) },
        Line("truncated normal in the tail", -1, 1) { truncated(6) },
        Line("beta", 0, 1) { beta(2.5, 1.7) },
        Line("uniform", -0.5, 1.5) { uniform(-0.5, 1.5) },
        Line("mixture", -9, 10) { mixture() },
        Line("affine", -14, 13) { Transformed(normal(), by: affine()) },
        Line("log-normal", 1e-4, 60) { Transformed(normal(), by: ExpMap()) },
        Line("logistic normal", 0, 1) { Transformed(normal(), by: SigmoidMap()) },
        Line("chain", -1.5, 2.5) { Transformed(normal(), by: Chain([TanhMap(), affine()])) },
    ]
}
