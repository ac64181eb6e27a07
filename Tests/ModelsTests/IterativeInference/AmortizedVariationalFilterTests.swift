import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// A linear-Gaussian state-space model whose two states stay independent, so that the filter is a
/// diagonal normal law: what is remembered is that law.
private struct LinearGaussianSequences: SequentialLatentModel {
    /// The decay of each state, `[2]`.
    var decay = Tensor([0.9, 0.6] as [Float])
    let noise: [Float] = [0.2, 0.5]
    /// Columns are orthogonal, `[3, 2]`.
    let emission = Tensor([1, 0.5, 0.5, -1, 1, 0] as [Float], shape: [3, 2])
    let deviation = 0.6

    func memory(rows: Int) -> Normal { .standard([rows, 2], eventRank: 1) }
    func prior(_ memory: Normal) -> Normal { memory }
    func logLikelihood(of observation: Tensor, given latents: Tensor, _ memory: Normal) -> Tensor {
        Normal(
            mean: latents.matmul(emission.transposed()), standardDeviation: deviation,
            eventRank: 1
        ).logDensity(observation)
    }
    func advance(
        _ memory: Normal, by posterior: Normal, using generator: inout Generator
    ) -> Normal {
        Normal(
            mean: posterior.mean * decay,
            standardDeviation: (posterior.variance * decay.square() + Tensor(noise)).sqrt(),
            eventRank: 1)
    }

    /// x, `[time, rows, 3]`.
    func draw(_ time: Int, _ rows: Int, using generator: inout Generator) -> Tensor {
        var state = Tensor.normal([rows, 2], using: &generator)
        var seen: [Tensor] = []
        for _ in 0..<time {
            seen.append(
                state.matmul(emission.transposed())
                    + Tensor.normal([rows, 3], using: &generator) * deviation)
            state =
                state * decay + Tensor.normal([rows, 2], using: &generator) * Tensor(noise).sqrt()
        }
        return .stacked(seen)
    }

    /// The same model for exact inference.
    func exact() throws -> LinearGaussianModel {
        func diagonal(_ values: [Float]) -> Matrix {
            Matrix(rows: values.count, columns: values.count) { $0 == $1 ? Double(values[$0]) : 0 }
        }
        return try LinearGaussianModel(
            initial: .predictive(GaussianMoments(mean: [0, 0], covariance: diagonal([1, 1]))),
            transition: .fixed(diagonal(decay.floats())), transitionNoise: .fixed(diagonal(noise)),
            emission: .fixed(Matrix([[1, 0.5], [0.5, -1], [1, 0]])),
            emissionNoise: .fixed(
                Matrix(rows: 3, columns: 3) { $0 == $1 ? deviation * deviation : 0 }))
    }
}

@Suite struct AmortizedVariationalFilterTests {
    private typealias Filter = AmortizedVariationalFilter<LinearGaussianSequences>

    private static func filter(
        _ update: IterativeInference.Update = .learnedSGD(rate: 0.02), iterations: Int = 2,
        headInitializer: Initializer = .zeros
    ) -> Filter {
        var generator = Generator(seed: 31)
        return AmortizedVariationalFilter(
            model: LinearGaussianSequences(),
            inference: IterativeInference(
                size: 2, units: [32], iterations: iterations, update: update,
                bounds: .hard(-6...2), headInitializer: headInitializer, using: &generator),
            samples: 2)
    }

    private func largest(_ tensor: Tensor) -> Double { tensor.abs().max().item() }

    /// The mean distance of filtered means from the exact ones, in posterior deviations.
    private func error(_ found: Filter.Result, _ observations: Tensor) throws -> Double {
        let model = try LinearGaussianSequences().exact()
        let (time, rows) = (observations.shape[0], observations.shape[1])
        var sum = 0.0
        for row in 0..<rows {
            let series = Matrix(
                rows: time, columns: 3, observations.select(axis: 1, row).doubles())
            let exact = try model.filter(LinearGaussianSequence(observations: series))
            let means = found.posterior.mean.select(axis: 1, row).doubles()
            for step in 0..<time {
                let law = exact.filtered[step]
                for state in 0..<2 {
                    sum +=
                        abs(means[2 * step + state] - law.mean[state])
                        / law.covariance[state, state].squareRoot()
                }
            }
        }
        return sum / Double(2 * time * rows)
    }

    enum Training: CaseIterable {
        /// A step of the optimizer after every step of the sequences, as published.
        case online
        /// One for whole sequences.
        case sequences
        /// One for the free energy of whole sequences, through time.
        case throughTime
    }

    @Test(arguments: Training.allCases)
    func `a trained filter follows the Kalman filter`(training: Training) throws {
        // Through time only what an inference ends with is judged: one iteration, all of it.
        let filter = Self.filter(iterations: training == .throughTime ? 1 : 2)
        var generator = Generator(seed: 32)
        let (updates, rate) =
            switch training {
            case .online: (20, 5e-3)
            case .sequences: (80, 5e-3)
            case .throughTime: (160, 5e-3)
            }
        let optimizer = Adam(filter.inference.parameters, learningRate: rate)
        for update in 0..<updates {
            optimizer.learningRate = rate * (1 - 0.9 * Double(update) / Double(updates))
            let observations = filter.model.draw(8, 64, using: &generator)
            switch training {
            case .online:
                _ = filter.filterLearning(
                    observations, with: optimizer, clippingNorm: 20, using: &generator)
            case .sequences:
                let found = filter.filter(observations, learning: true, using: &generator)
                optimizer.minimize(found.loss!.mean(), clippingNorm: 100)
            case .throughTime:
                let energy = filter.freeEnergy(
                    observations, gradientsOf: .both, using: &generator)
                optimizer.minimize(energy.mean(), clippingNorm: 20)
            }
        }
        let observations = filter.model.draw(20, 16, using: &generator)
        let found = filter.filter(observations, using: &generator)
        let error = try error(found, observations)
        // Untrained it hardly leaves the prior.
        let before = try self.error(
            Self.filter().filter(observations, using: &generator), observations)
        #expect(error < 0.05)
        #expect(before > 0.5)
        #expect(found.improvement.mean().item() > 0)
    }

    @Test func `at the exact filter the objective is the log-likelihood`() throws {
        // Plain descent, long enough, finds it.
        let filter = Self.filter(.learnedSGD(rate: 0.1), iterations: 80)
        var generator = Generator(seed: 33)
        let observations = filter.model.draw(5, 3, using: &generator)
        let found = filter.filter(observations, using: &generator)
        #expect(found.objectives.shape == [5, 81, 3])
        #expect(try error(found, observations) < 1e-3)
        let model = try LinearGaussianSequences().exact()
        let sums = found.objectives.select(axis: 1, 80).sum(axis: 0).doubles()
        for row in 0..<3 {
            let series = Matrix(
                rows: 5, columns: 3, observations.select(axis: 1, row).doubles())
            let exact = try model.filter(LinearGaussianSequence(observations: series))
            #expect(abs(sums[row] - exact.logLikelihood) < 1e-3)
        }
    }

    @Test func `inference and model learn apart, or together through time`() {
        var filter = Self.filter(.gated(), headInitializer: .fanInUniform)
        filter.model.decay = filter.model.decay.requiringGradient()
        let tensors = [filter.model.decay] + filter.inference.parameters.map(\.tensor)
        var generator = Generator(seed: 34)
        let observations = LinearGaussianSequences().draw(4, 8, using: &generator)
        func slopes(_ loss: Tensor) -> [Double] {
            gradients(of: loss.sum(), withRespectTo: tensors, allowUnused: true).map(largest)
        }
        let inferring = slopes(
            filter.filter(observations, learning: true, using: &generator).loss!)
        #expect(inferring[0] == 0 && inferring.dropFirst().allSatisfy { $0 > 0 })
        let model = slopes(
            filter.freeEnergy(observations, gradientsOf: .model, using: &generator))
        #expect(model[0] > 0 && model.dropFirst().allSatisfy { $0 == 0 })
        let both = slopes(
            filter.freeEnergy(observations, gradientsOf: .both, using: &generator))
        #expect(both.allSatisfy { $0 > 0 })
    }

    @Test func `the free energy is what filtering arrived at`() {
        let filter = Self.filter(.gated(), headInitializer: .fanInUniform)
        var generator = Generator(seed: 35)
        let observations = filter.model.draw(4, 8, using: &generator)
        let found = filter.filter(observations, using: &generator)
        // Pairs of draws make expectations exact, so that the draws do not matter.
        for learner in [Filter.Learner.model, .both] {
            let energy = filter.freeEnergy(
                observations, gradientsOf: learner, using: &generator)
            let sum = found.objectives.select(axis: 1, 2).sum(axis: 0)
            #expect(largest(energy.detached() + sum) < 1e-3)
        }
    }
}
