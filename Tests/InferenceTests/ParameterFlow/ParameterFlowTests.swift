import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistOracles
import Testing

@Suite struct ParameterFlowTests {
    private static let matrix = Matrix([[-0.1, -1], [1.2, 0.05]])

    private func flow(
        _ field: MatrixField = MatrixField(), start: Matrix = 0.8 * .identity(2),
        noise: NoiseFlow? = nil,
        integrator: ParameterFlowKalman.Integrator = .rungeKutta(substeps: 4)
    ) throws -> ParameterFlowKalman {
        ParameterFlowKalman(
            transitionField: field, transitionStart: start,
            noise: try noise ?? NoiseFlow(covariance: Matrix([[0.2, 0.05], [0.05, 0.1]])),
            emission: Matrix([[1, 0.3]]), emissionNoise: Matrix([[0.1]]),
            initial: GaussianMoments(mean: [2, 0], covariance: 0.1 * .identity(2)),
            integrator: integrator)
    }

    @Test func `without motion it is the ordinary filter`() throws {
        var random = RandomModels(seed: 51)
        let x = random.matrix(30, 1)
        let still = try flow()
        let model = try LinearGaussianModel(
            initial: .atTimeZero(still.initial), transition: 0.8 * .identity(2),
            transitionNoise: Matrix([[0.2, 0.05], [0.05, 0.1]]), emission: still.emission,
            emissionNoise: still.emissionNoise)
        let expected = try model.filter(LinearGaussianSequence(observations: x)).logLikelihood
        #expect(abs(try still.logLikelihood(x) - expected) < 1e-12)
        let ahead = try still.forecast(3, after: x)
        let plain = try model.forecast(3, after: LinearGaussianSequence(observations: x))
        for k in 0..<3 { #expect(distance(ahead.observations[k], plain.observations[k]) < 1e-12) }
    }

    @Test func `Runge and Kutta's error falls sixteenfold a halving`() throws {
        let exact = try Self.matrix.exponential()
        let reference = [1.3e-2, 6.4e-4, 4.3e-5, 2.9e-6]
        for (index, substeps) in [1, 2, 4, 8].enumerated() {
            let found = try flow(
                MatrixField(left: Self.matrix), start: .identity(2),
                integrator: .rungeKutta(substeps: substeps)
            ).parameters(at: [1]).transitions[0]
            let error = (found - exact).largestMagnitude
            #expect(abs(error / reference[index] - 1) < 0.05)
        }
        let adaptive = try flow(
            MatrixField(left: Self.matrix), start: .identity(2), integrator: .dormandPrince()
        ).parameters(at: [0.4, 1, 3]).transitions
        #expect((adaptive[1] - exact).largestMagnitude < 1e-5)
        let third = try (3 * Self.matrix).exponential()
        #expect((adaptive[2] - third).largestMagnitude < 1e-4)
    }

    @Test func `a rotation stays orthogonal as far as the method's polynomial does`() throws {
        let y = 0.3
        let field = MatrixField(left: Matrix([[0, -4 * y], [4 * y, 0]]))
        let found = try flow(field, start: .identity(2)).parameters(at: [1]).transitions[0]
        let square = pow(1 - pow(y, 6) / 72 + pow(y, 8) / 576, 4)
        let gram = Matrix.transposed(found, times: found)
        #expect((gram - square * .identity(2)).largestMagnitude < 1e-13)
    }

    @Test func `flows compose and gaps change how far they roll`() throws {
        let field = MatrixField(left: Self.matrix, right: Matrix([[0.1, 0], [0.2, -0.1]]))
        let whole = try flow(field).parameters(at: [1, 2, 3])
        let sparse = try flow(field).parameters(at: [1, 3])
        #expect((whole.transitions[2] - sparse.transitions[1]).largestMagnitude < 1e-13)
        #expect((whole.noises[2] - sparse.noises[1]).largestMagnitude < 1e-13)
        #expect(throws: ParameterFlowError.timesOutOfOrder(step: 1)) {
            try flow().parameters(at: [1, 1])
        }
    }

    @Test func `noise flows follow their closed forms`() throws {
        // dF/dt = −k (F − F∞): F∞ + (F₀ − F∞) exp(−k t).
        let (k, end) = (0.7, 0.5)
        let raw = try NoiseFlow(
            covariance: Matrix([[2]]), encoding: .raw,
            field: MatrixField(left: Matrix([[-k]]), constant: Matrix([[k * end]])))
        let scalar = ParameterFlowKalman(
            transitionField: MatrixField(), transitionStart: Matrix([[1]]), noise: raw,
            emission: Matrix([[1]]), emissionNoise: Matrix([[1]]), initial: scalarLaw(0, 1))
        let found = try scalar.parameters(at: [1, 2]).noises
        for (t, f) in found.enumerated() {
            #expect(abs(f[0, 0] - (end + (2 - end) * exp(-k * Double(t + 1)))) < 1e-5)
        }
        // Without a constant the congruence form is exact.
        let start = Matrix([[0.5, 0.1], [0.1, 0.3]])
        let lyapunov = try NoiseFlow(
            covariance: start, encoding: .lyapunov, field: MatrixField(left: Self.matrix))
        let map = try (2 * Self.matrix).exponential()
        let rolled = try flow(noise: lyapunov).parameters(at: [1, 2]).noises[1]
        #expect((rolled - map.sandwich(start)).largestMagnitude < 1e-12)
        // F = exp(S) under dS/dt = constant.
        let drift = Matrix([[0.1, 0.2], [0.2, -0.3]])
        let logarithm = try NoiseFlow(
            covariance: .identity(2), encoding: .logEuclidean, field: MatrixField(constant: drift))
        let expected = try drift.exponential()
        let atOne = try flow(noise: logarithm).parameters(at: [1]).noises[0]
        #expect((atOne - expected).largestMagnitude < 1e-13)
        // A field that pulls F below zero.
        let sinking = try NoiseFlow(
            covariance: .identity(2), encoding: .raw,
            field: MatrixField(constant: -0.6 * .identity(2)))
        #expect(throws: ParameterFlowError.noiseNotPositiveDefinite(step: 1)) {
            try flow(noise: sinking).parameters(at: [1, 2, 3])
        }
    }

    @Test func `the Cholesky encoding stays positive for wild fields and coarse steps`() throws {
        var random = RandomModels(seed: 52)
        for _ in 0..<50 {
            let noise = try NoiseFlow(
                covariance: random.positive(2),
                field: MatrixField(
                    left: random.matrix(3, 3), constant: random.matrix(3, 1)))
            let rolled = try flow(noise: noise, integrator: .rungeKutta(substeps: 1))
                .parameters(at: [1, 2]).noises
            for f in rolled { #expect(try SymmetricEigen(f).values[0] > 0) }
        }
    }

    @Test(arguments: [NoiseFlow.Encoding.cholesky, .lyapunov, .logEuclidean])
    func `gradients pass through integrator and filter`(encoding: NoiseFlow.Encoding) throws {
        var random = RandomModels(seed: 53)
        let size = encoding == .cholesky ? (3, 1) : (2, 2)
        let noise = try NoiseFlow(
            covariance: random.positive(2), encoding: encoding,
            field: MatrixField(
                left: random.matrix(size.0, size.0, scale: 0.2),
                constant: random.matrix(size.0, size.1, scale: 0.2)))
        let field = MatrixField(
            left: random.matrix(2, 2, scale: 0.2), right: random.matrix(2, 2, scale: 0.2),
            constant: random.matrix(2, 2, scale: 0.1))
        let base = try flow(field, start: random.matrix(2, 2, scale: 0.5), noise: noise)
        var x = random.matrix(6, 1)
        x[3, 0] = .nan
        let times = [0.5, 1.25, 2, 3.5, 4, 5]
        let runs: [(observations: Matrix, times: [Double]?)] = [
            (x, times), (random.matrix(4, 1), nil),
        ]
        let (value, gradient) = try base.logLikelihoodGradient(runs)
        func total(_ flow: ParameterFlowKalman) throws -> Double {
            try runs.reduce(0) { try $0 + flow.logLikelihood($1.observations, times: $1.times) }
        }
        #expect(abs(value - (try total(base))) < 1e-12)
        typealias Path = WritableKeyPath<ParameterFlowKalman, Matrix>
        let parts: [(Path, Matrix?)] = [
            (\.transitionStart, gradient.transitionStart), (\.emission, gradient.emission),
            (\.emissionNoise, gradient.emissionNoise),
            (\.transitionField.left!, gradient.transitionField.left),
            (\.transitionField.right!, gradient.transitionField.right),
            (\.transitionField.constant!, gradient.transitionField.constant),
            (\.noise.field.left!, gradient.noiseField.left),
            (\.noise.field.constant!, gradient.noiseField.constant),
            (\.noise.start, gradient.noiseStart),
        ]
        for (path, exact) in parts {
            let at = base[keyPath: path]
            // A covariance moves symmetrically.
            let isSymmetric = path == \.noise.start && encoding == .lyapunov
            let numeric = try centralGradient(at: at.elements, step: 2e-4) { numbers in
                var moved = base
                let matrix = Matrix(rows: at.rows, columns: at.columns, numbers)
                moved[keyPath: path] = isSymmetric ? matrix.symmetrized : matrix
                return try total(moved)
            }
            let scale = max(1, largestMagnitude(numeric))
            let elements = try #require(exact).elements
            #expect(largestMagnitude(subtract(elements, numeric)) < 1e-8 * scale)
        }
    }

    /// Ten simulations in NumPy gave 78 to 156 nats over the best fixed model.
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `a chirp is found, far better than by any fixed model`(seed: UInt64) throws {
        let chirp = try Chirp(seed: seed)
        let fitted = try chirp.fitFlow()
        let fixed = try chirp.fitFixed()
        #expect(fitted.logLikelihood - fixed > 50)
        let truth = try chirp.trueLogLikelihood
        #expect(fitted.logLikelihood - truth > -1)
        let matrix = try #require(fitted.flow.transitionField.left)
        // Eigenvalues of a 2x2 matrix: trace/2 ± √(trace²/4 − det).
        let radicand = matrix.trace * matrix.trace / 4 - (try LU(matrix)).determinant
        #expect(radicand < 0 && abs((-radicand).squareRoot() / 0.004 - 1) < 0.1)
    }
}
