import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// Flows of parameters against models with the same parameters written out step by step.
@Suite struct ParameterFlowArrayTests {
    @Test func `a flow is a filter with an array of parameters, source step by source step`() throws
    {
        var random = RandomModels(seed: 71)
        let flow = ParameterFlowKalman(
            transitionField: MatrixField(
                left: random.matrix(2, 2, scale: 0.1), constant: random.matrix(2, 2, scale: 0.05)),
            transitionStart: 0.8 * .identity(2),
            noise: try NoiseFlow(
                covariance: random.positive(2),
                field: MatrixField(left: random.matrix(3, 3, scale: 0.1))),
            emission: Matrix([[1, 0.3]]), emissionNoise: Matrix([[0.1]]),
            initial: GaussianMoments(mean: [2, 0], covariance: 0.1 * .identity(2)))
        var x = random.matrix(12, 1)
        x[4, 0] = .nan
        let times = (1...12).map(Double.init)
        let (transitions, noises) = try flow.parameters(at: times)
        // With the law at time zero, source step k carries the parameters of time k + 1.
        let first = GaussianMoments(
            mean: transitions[0] * flow.initial.mean,
            covariance: transitions[0].sandwich(flow.initial.covariance) + noises[0])
        let model = try LinearGaussianModel(
            initial: .predictive(first), transition: .perStep(Array(transitions[1...])),
            transitionNoise: .perStep(Array(noises[1...])), emission: .fixed(flow.emission),
            emissionNoise: .fixed(flow.emissionNoise))
        let expected = try model.filter(LinearGaussianSequence(observations: x)).logLikelihood
        #expect(abs(try flow.logLikelihood(x) - expected) < 1e-12)
        // The joint Gaussian of all states and observations of a few steps.
        let few = Matrix(rows: 5, columns: 1, Array(x.elements[..<5]))
        let joint = StackedGaussian(model, first: first, steps: 5, inputs: nil)
        #expect(
            abs(try flow.logLikelihood(few) - joint.logLikelihood(few, upTo: 5)) < 1e-10)
    }

    @Test func `several runs share one flow`() throws {
        var random = RandomModels(seed: 72)
        let flow = ParameterFlowKalman(
            transitionField: MatrixField(left: random.matrix(2, 2, scale: 0.1)),
            transitionStart: 0.8 * .identity(2),
            noise: try NoiseFlow(covariance: random.positive(2)), emission: Matrix([[1, 0.3]]),
            emissionNoise: Matrix([[0.1]]),
            initial: GaussianMoments(mean: [2, 0], covariance: 0.1 * .identity(2)))
        let runs = [5, 9].map { (observations: random.matrix($0, 1), times: [Double]?.none) }
        let (value, gradient) = try flow.logLikelihoodGradient(runs)
        let single = try runs.map { try flow.logLikelihoodGradient([$0]) }
        #expect(abs(value - single[0].logLikelihood - single[1].logLikelihood) < 1e-12)
        let sum = single[0].gradient.transitionStart + single[1].gradient.transitionStart
        #expect((gradient.transitionStart - sum).largestMagnitude < 1e-10)
    }
}
