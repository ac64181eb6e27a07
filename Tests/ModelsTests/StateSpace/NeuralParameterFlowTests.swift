import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistModels
import OptimistTorch
import Testing

@Suite struct NeuralParameterFlowTests {
    private func rotation(_ angle: Double) -> Matrix {
        Matrix([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
    }

    private func base(noise: Double = 0.01) throws -> ParameterFlowKalman {
        ParameterFlowKalman(
            transitionField: MatrixField(), transitionStart: rotation(0.2),
            noise: try NoiseFlow(covariance: noise * Matrix.identity(2)),
            emission: Matrix([[1, 0]]), emissionNoise: Matrix([[0.1]]),
            initial: GaussianMoments(mean: [2, 0], covariance: 0.1 * Matrix.identity(2)))
    }

    /// A rotation that turns faster and faster, seen through its first coordinate.
    private func chirp(_ steps: Int, seed: UInt64) -> Tensor {
        var generator = Generator(seed: seed)
        var state = [
            2 + 0.1.squareRoot() * generator.normal(), 0.1.squareRoot() * generator.normal(),
        ]
        let values = (1...steps).map { t in
            state = rotation(0.2 + 0.004 * Double(t)) * state
            state = state.map { $0 + 0.1 * generator.normal() }
            return state[0] + 0.1.squareRoot() * generator.normal()
        }
        return Tensor(values, shape: [steps, 1, 1])
    }

    @Test func `before training it is the Kalman filter it starts from`() throws {
        var generator = Generator(seed: 1)
        let flow = try NeuralParameterFlow(
            base(), hidden: [8], movesNoise: true, using: &generator)
        let observations = chirp(40, seed: 2)
        let exact = try base().logLikelihood(
            Matrix(rows: 40, columns: 1, observations.doubles()))
        #expect(abs(flow.logLikelihood(observations).item() - exact) < 1e-9)
    }

    @Test func `its gradients are those of finite differences`() throws {
        var generator = Generator(seed: 3)
        let flow = try NeuralParameterFlow(
            base(noise: 0.05), hidden: [3], movesNoise: true, using: &generator)
        // Away from zero, where the fields stand still.
        let parameters = flow.parameters([.fields, .transitionStart, .noiseStart])
        for parameter in parameters {
            let noise = Tensor.normal(parameter.tensor.shape, type: .float64, using: &generator)
            parameter.tensor.detached().assign(parameter.tensor.detached() + noise * 0.05)
        }
        let observations = chirp(7, seed: 4)
        let times = [0.5, 1, 2.3, 3, 4, 5.5, 6]
        let found = gradients(
            of: flow.logLikelihood(observations, times: times).sum(),
            withRespectTo: parameters.map(\.tensor))
        for (parameter, gradient) in zip(parameters, found) {
            let values = parameter.tensor.detached().doubles()
            for index in stride(from: 0, to: values.count, by: 5) {
                func value(_ shift: Double) -> Double {
                    var moved = values
                    moved[index] += shift
                    parameter.tensor.detached().assign(moved)
                    return flow.logLikelihood(observations, times: times).item()
                }
                let difference = (value(1e-5) - value(-1e-5)) / 2e-5
                parameter.tensor.detached().assign(values)
                let error = abs(gradient.doubles()[index] - difference)
                #expect(error < 1e-5 * max(1, abs(difference)), "\(parameter.name)")
            }
        }
    }

    @Test func `it follows a rotation that turns faster and faster`() throws {
        var generator = Generator(seed: 5)
        var start = try base()
        start.integrator = .rungeKutta(substeps: 1)
        let flow = try NeuralParameterFlow(start, hidden: [16], using: &generator)
        let observations = chirp(60, seed: 6)
        let before = flow.logLikelihood(observations).item()
        let after = flow.fit([.fields], to: observations, adamSteps: 20, iterations: 8)
        #expect(abs(flow.logLikelihood(observations).item() - after) < 1e-6)
        // The static filter loses dozens of nats as the rotation speeds up.
        #expect(after > before + 20, "\(before) to \(after)")
    }
}
