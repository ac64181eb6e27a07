import OptimistCore
import OptimistInference
import OptimistLinearAlgebra

/// A Kalman filter over a long run: means and covariances of every step and the log likelihood.
struct KalmanBenchmark: Benchmark {
    let name = "kalman"
    let summary = "a Kalman filter over 10,000 steps, 4 states, 2 observations, float64"
    let peers: Peers

    func run(rounds: Int) {
        let model = Self.model()
        let sequence = Self.sequence(steps: 10_000, gaps: false)
        let gaps = Self.sequence(steps: 10_000, gaps: true)
        let contenders = [
            Contender("Optimist") { _ = try! model.filter(sequence) },
            Contender("Optimist, square root") {
                _ = try! model.filter(sequence, form: .squareRoot)
            },
            Contender("Optimist, filter and smoother") { _ = try! model.smooth(sequence) },
            Contender("Optimist, each 4th step missing") { _ = try! model.filter(gaps) },
            Contender("dynamax, jitted", peers.peer("dynamax_peer"), "kalman"),
        ].compactMap { $0 }
        Comparison(contenders, rounds: rounds, repeats: 10).report(unit: (1e3, "ms"))
    }

    /// A point that moves in a plane, of which the place is observed.
    private static func model() -> LinearGaussianModel {
        let transition = Matrix([
            [1, 0, 0.1, 0], [0, 1, 0, 0.1], [0, 0, 0.95, 0], [0, 0, 0, 0.95],
        ])
        let first = GaussianMoments(mean: [0, 0, 0, 0], covariance: .identity(4))
        return try! LinearGaussianModel(
            initial: .predictive(first), transition: transition,
            transitionNoise: 0.01 * Matrix.identity(4),
            emission: Matrix([[1, 0, 0, 0], [0, 1, 0, 0]]),
            emissionNoise: 0.1 * Matrix.identity(2))
    }

    private static func sequence(steps: Int, gaps: Bool) -> LinearGaussianSequence {
        var generator = Generator(seed: 0)
        return LinearGaussianSequence(
            observations: Matrix(rows: steps, columns: 2) { step, _ in
                let value = generator.normal()
                return gaps && step % 4 == 3 ? .nan : value
            })
    }
}
