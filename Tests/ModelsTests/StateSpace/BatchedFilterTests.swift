import Foundation
import OptimistInference
import OptimistLinearAlgebra
import OptimistModels
import OptimistTorch
import Testing

/// Filters of many series as tensors, against those of one series in plain numbers.
@Suite struct BatchedFilterTests {
    private static let steps = 9

    /// A model whose transitions vary in time, or not.
    private func model(isVarying: Bool) throws -> LinearGaussianModel {
        let turn = (0..<Self.steps - 1).map { step in
            let angle = isVarying ? 0.3 + 0.1 * Double(step) : 0.3
            return Matrix([[0.9 * cos(angle), -sin(angle)], [sin(angle), 0.8 * cos(angle)]])
        }
        return try LinearGaussianModel(
            initial: .predictive(
                GaussianMoments(mean: [0.4, -1], covariance: Matrix([[1, 0.2], [0.2, 0.7]]))),
            transition: isVarying ? .perStep(turn) : .fixed(turn[0]),
            transitionNoise: .fixed(Matrix([[0.3, 0.1], [0.1, 0.2]])),
            emission: .fixed(Matrix([[1, 0.3], [-0.2, 1], [0.5, 0.5]])),
            emissionNoise: .fixed(Matrix([[0.5, 0.1, 0], [0.1, 0.4, 0.05], [0, 0.05, 0.6]])),
            transitionOffset: .fixed([0.1, -0.2]), emissionOffset: .fixed([0.3, 0, -0.1]))
    }

    /// Two series, one with gaps, one that ends early.
    private func series() -> [Matrix] {
        var first = Matrix(rows: Self.steps, columns: 3) { sin(Double(3 * $0 + 2 * $1)) }
        var second = Matrix(rows: Self.steps, columns: 3) { cos(Double(5 * $0 - $1)) }
        (first[0, 1], first[3, 0], first[3, 2]) = (.nan, .nan, .nan)
        for column in 0..<3 {
            first[5, column] = .nan
            for row in 7..<Self.steps { second[row, column] = .nan }
        }
        return [first, second]
    }

    private func tensor(_ series: [Matrix]) -> Tensor {
        Tensor.stacked(
            series.map { Tensor($0.elements, shape: [$0.rows, $0.columns]) }, axis: 1)
    }

    private func largest(_ tensor: Tensor, _ values: [Double]) -> Double {
        zip(tensor.doubles(), values).map { abs($0 - $1) }.max() ?? .infinity
    }

    @Test(arguments: [false, true], [false, true])
    func `each series is filtered as if it were alone`(isVarying: Bool, scans: Bool) throws {
        let model = try model(isVarying: isVarying)
        let filter = try BatchedKalmanFilter(model, steps: Self.steps)
        let observations = tensor(series())
        let found = scans ? filter.scan(observations) : filter.filter(observations)
        for (index, one) in series().enumerated() {
            let exact = try model.filter(LinearGaussianSequence(observations: one))
            let likelihood = found.logLikelihood.doubles()[index]
            #expect(abs(likelihood - exact.logLikelihood) < 1e-10)
            for step in 0..<Self.steps {
                let pairs = [
                    (found.means, found.covariances, exact.filtered[step]),
                    (found.predictedMeans, found.predictedCovariances, exact.predicted[step]),
                ]
                for (means, covariances, law) in pairs {
                    let mean = means.select(axis: 0, step).select(axis: 0, index)
                    #expect(largest(mean, law.mean) < 1e-10)
                    let covariance = covariances.select(axis: 0, step).select(axis: 0, index)
                    #expect(largest(covariance, law.covariance.elements) < 1e-10)
                }
            }
        }
    }

    @Test func `gradients pass through filter and scan alike, and are the exact ones`() throws {
        let model = try model(isVarying: false)
        let exact = try model.logLikelihoodGradient(
            of: series().map { LinearGaussianSequence(observations: $0) }
        ).gradient
        for scans in [false, true] {
            var filter = try BatchedKalmanFilter(model, steps: Self.steps)
            let leaf = filter.transitions[0].requiringGradient()
            let emission = filter.emission.requiringGradient()
            (filter.transitions, filter.emission) = ([leaf], emission)
            let observations = tensor(series())
            let result = scans ? filter.scan(observations) : filter.filter(observations)
            let found = gradients(
                of: result.logLikelihood.sum(), withRespectTo: [leaf, emission])
            #expect(largest(found[0], exact.transition.elements) < 1e-8)
            #expect(largest(found[1], exact.emission.elements) < 1e-8)
        }
    }

    @Test func `in float32 it stays close`() throws {
        let model = try model(isVarying: false)
        let filter = try BatchedKalmanFilter(model, steps: Self.steps, type: .float32)
        let found = filter.filter(tensor(series()).to(.float32)).logLikelihood
        for (value, one) in zip(found.doubles(), series()) {
            let exact = try model.filter(LinearGaussianSequence(observations: one)).logLikelihood
            #expect(abs(value - exact) < 1e-4 * abs(exact))
        }
    }

    @Test func `what it cannot do is refused`() throws {
        let flat = try LinearGaussianModel(
            initial: .exactDiffuse, transition: Matrix([[1]]), transitionNoise: Matrix([[1]]),
            emission: Matrix([[1]]), emissionNoise: Matrix([[1]]))
        #expect(throws: LinearGaussianError.self) { try BatchedKalmanFilter(flat, steps: 3) }
    }

    @Test(.enabled(if: Engine.cudaIsAvailable, "needs a GPU and a LibTorch built for CUDA"))
    func `a CUDA device filters as the CPU does`() throws {
        let model = try model(isVarying: true)
        let device = Device.cuda(0)
        let (here, there) = (
            try BatchedKalmanFilter(model, steps: Self.steps),
            try BatchedKalmanFilter(model, steps: Self.steps, device: device)
        )
        let observations = tensor(series())
        let exact = here.filter(observations).logLikelihood.doubles()
        let moved = observations.to(device)
        #expect(largest(there.filter(moved).logLikelihood.to(.cpu), exact) < 1e-9)
        #expect(largest(there.scan(moved).logLikelihood.to(.cpu), exact) < 1e-9)
    }

    @Test func `chains side by side equal the sum over all paths`() {
        let initial = [0.5, 0.3, 0.2]
        let law = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]]
        func emission(_ t: Int, _ b: Int, _ state: Int) -> Double {
            sin(Double(7 * t + 3 * b + 2 * state))
        }
        var emissions: [Double] = []
        for t in 0..<5 {
            for b in 0..<2 { emissions += (0..<3).map { emission(t, b, $0) } }
        }
        let model = BatchedHiddenMarkovModel(
            logInitial: Tensor(initial).log(),
            logTransition: Tensor(law.flatMap { $0 }, shape: [3, 3]).log())
        let found = model.filter(
            Tensor(emissions, shape: [5, 2, 3]))
        for b in 0..<2 {
            var last = [0.0, 0, 0]
            for number in 0..<243 {
                var (rest, weight, previous) = (number, 1.0, -1)
                for t in 0..<5 {
                    let state = rest % 3
                    rest /= 3
                    weight *= previous < 0 ? initial[state] : law[previous][state]
                    weight *= exp(emission(t, b, state))
                    previous = state
                }
                last[previous] += weight
            }
            let total = last.reduce(0, +)
            #expect(abs(found.logLikelihood.doubles()[b] - log(total)) < 1e-12)
            let laws = found.logLaws.select(axis: 0, 4).select(axis: 0, b).exp()
            #expect(largest(laws, last.map { $0 / total }) < 1e-12)
        }
    }
}
