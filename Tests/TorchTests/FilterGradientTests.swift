import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistTorch
import Testing

/// The adjoint recursions of the Kalman filter and of the filter whose parameters flow, against
/// automatic differentiation of a filter written with tensors.
@Suite struct FilterGradientTests {
    /// The parameters of a filter, `[states, …]` and `[emissions, …]`.
    private struct Parameters {
        var transitions: [Tensor]
        var noises: [Tensor]
        var shifts: [Tensor]
        var emission: Tensor
        var emissionNoise: Tensor
        var emissionShifts: [Tensor]
        var mean: Tensor
        var covariance: Tensor
    }

    /// log p(x) by prediction errors; NaN is missing.
    private func logLikelihood(_ x: Matrix, _ p: Parameters) -> Tensor {
        var (mean, covariance) = (p.mean, p.covariance)
        var total = Tensor(0, type: .float64)
        for step in 0..<x.rows {
            if step > 0 {
                let e = p.transitions[step - 1]
                mean = e.matmul(mean) + p.shifts[step - 1]
                covariance = e.matmul(covariance).matmul(e.transposed()) + p.noises[step - 1]
            }
            let seen = (0..<x.columns).filter { !x[step, $0].isNaN }
            if seen.isEmpty { continue }
            let index = Tensor(seen)
            let c = p.emission.indexSelect(axis: 0, index)
            let d = p.emissionNoise.indexSelect(axis: 0, index).indexSelect(axis: 1, index)
            let shift = p.emissionShifts[step].indexSelect(axis: 0, index)
            let error = Tensor(seen.map { x[step, $0] }) - c.matmul(mean) - shift
            let spread = c.matmul(covariance).matmul(c.transposed()) + d
            let cross = covariance.matmul(c.transposed())
            let weighted = spread.solve(error.unsqueezed(axis: 1)).squeezed(axis: 1)
            let constant = Double(seen.count) * log(2 * Double.pi)
            total +=
                -0.5
                * (spread.logDeterminant().logarithm + (error * weighted).sum() + constant)
            mean = mean + cross.matmul(weighted)
            covariance = covariance - cross.matmul(spread.solve(cross.transposed()))
        }
        return total
    }

    private func tensor(_ matrix: Matrix) -> Tensor {
        Tensor(matrix.elements, shape: [matrix.rows, matrix.columns])
    }

    private func expect(_ found: Tensor, _ exact: [Double], _ name: String) {
        let values = found.doubles()
        let scale = max(1, exact.map { abs($0) }.max() ?? 0)
        let difference = zip(values, exact).map { abs($0 - $1) }.max() ?? .infinity
        #expect(values.count == exact.count && difference < 1e-9 * scale, "\(name)")
    }

    /// Matrices that look random and are the same everywhere.
    private func matrix(_ rows: Int, _ columns: Int, _ seed: Int, _ scale: Double = 0.5) -> Matrix {
        Matrix(rows: rows, columns: columns) {
            scale * sin(Double(1 + seed * 13 + 7 * $0 + 3 * $1))
        }
    }

    private func positive(_ size: Int, _ seed: Int) -> Matrix {
        let root = matrix(size, size, seed)
        var result = root.timesTransposed(root).symmetrized
        result.addToDiagonal(0.3)
        return result
    }

    @Test func `every block of a model with inputs and gaps`() throws {
        let law = GaussianMoments(mean: [0.4, -1, 0.3], covariance: positive(3, 1))
        let hand = try LinearGaussianModel(
            initial: .predictive(law), transition: matrix(3, 3, 2),
            transitionNoise: positive(3, 3), emission: matrix(2, 3, 4, 1),
            emissionNoise: positive(2, 5), transitionInput: matrix(3, 2, 6),
            transitionOffset: [0.1, 0.2, -0.3], emissionInput: matrix(2, 2, 7),
            emissionOffset: [0.5, -0.4])
        var x = matrix(9, 2, 8, 1.5)
        (x[1, 0], x[3, 0], x[3, 1], x[8, 1]) = (.nan, .nan, .nan, .nan)
        let inputs = matrix(9, 2, 9, 1)
        let leaves = [
            tensor(hand.transition[0]), tensor(hand.transitionNoise[0]),
            tensor(hand.emission[0]), tensor(hand.emissionNoise[0]),
            tensor(hand.transitionInput![0]), Tensor(hand.transitionOffset![0]),
            tensor(hand.emissionInput![0]), Tensor(hand.emissionOffset![0]), Tensor(law.mean),
            tensor(law.covariance),
        ].map { $0.requiringGradient() }
        let rows = (0..<9).map { Tensor(inputs.row($0)) }
        let value = logLikelihood(
            x,
            Parameters(
                transitions: Array(repeating: leaves[0], count: 8),
                noises: Array(repeating: leaves[1], count: 8),
                shifts: rows.map { leaves[4].matmul($0) + leaves[5] }, emission: leaves[2],
                emissionNoise: leaves[3],
                emissionShifts: rows.map { leaves[6].matmul($0) + leaves[7] }, mean: leaves[8],
                covariance: leaves[9]))
        let found = gradients(of: value, withRespectTo: leaves)
        let (likelihood, exact) = try hand.logLikelihoodGradient(
            of: [LinearGaussianSequence(observations: x, inputs: inputs)])
        #expect(abs(value.item() - likelihood) < 1e-11)
        let symmetric = { (tensor: Tensor) in 0.5 * (tensor + tensor.transposed()) }
        expect(found[0], exact.transition.elements, "transition")
        expect(symmetric(found[1]), exact.transitionNoise.symmetrized.elements, "noise")
        expect(found[2], exact.emission.elements, "emission")
        expect(symmetric(found[3]), exact.emissionNoise.symmetrized.elements, "emission noise")
        expect(found[4], exact.transitionInput.elements, "input")
        expect(found[5], exact.transitionOffset, "offset")
        expect(found[6], exact.emissionInput.elements, "emission input")
        expect(found[7], exact.emissionOffset, "emission offset")
        expect(found[8], exact.initialMean, "initial mean")
        expect(symmetric(found[9]), exact.initialCovariance.symmetrized.elements, "initial")
    }

    /// One step of the classical method of Runge and Kutta.
    private func step(_ x: Tensor, _ h: Double, _ velocity: (Tensor) -> Tensor) -> Tensor {
        let k1 = velocity(x)
        let k2 = velocity(x + (h / 2) * k1)
        let k3 = velocity(x + (h / 2) * k2)
        let k4 = velocity(x + h * k3)
        return x + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4)
    }

    /// L with log-diagonal from its lower triangle, row by row.
    private func factor(_ code: Tensor) -> Tensor {
        let entries = code.reshaped([3])
        let zero = Tensor([0.0])
        let (a, b, c) = (entries[0..<1], entries[1..<2], entries[2..<3])
        return Tensor.concatenated([a.exp(), zero, b, c.exp()]).reshaped([2, 2])
    }

    @Test func `a flow of parameters, through integrator and filter`() throws {
        let noise = try NoiseFlow(
            covariance: positive(2, 21),
            field: MatrixField(left: matrix(3, 3, 22, 0.2), constant: matrix(3, 1, 23, 0.2)))
        let flow = ParameterFlowKalman(
            transitionField: MatrixField(
                left: matrix(2, 2, 24, 0.2), right: matrix(2, 2, 25, 0.2),
                constant: matrix(2, 2, 26, 0.1)),
            transitionStart: matrix(2, 2, 27), noise: noise, emission: Matrix([[1, 0.3]]),
            emissionNoise: Matrix([[0.1]]),
            initial: GaussianMoments(mean: [2, 0], covariance: positive(2, 28)))
        var x = matrix(6, 1, 29, 1)
        x[3, 0] = .nan
        let leaves = [
            flow.transitionField.left!, flow.transitionField.right!,
            flow.transitionField.constant!, flow.transitionStart, noise.field.left!,
            noise.field.constant!, noise.start, flow.emission, flow.emissionNoise,
        ].map { tensor($0).requiringGradient() }
        var (transition, code) = (leaves[3], leaves[6])
        var (transitions, noises) = ([Tensor](), [Tensor]())
        for _ in 0..<6 {
            for _ in 0..<4 {
                transition = step(transition, 0.25) {
                    leaves[0].matmul($0) + $0.matmul(leaves[1]) + leaves[2]
                }
                code = step(code, 0.25) { leaves[4].matmul($0) + leaves[5] }
            }
            let root = factor(code)
            transitions.append(transition)
            noises.append(
                root.matmul(root.transposed()) + 1e-8 * Tensor.identity(2, type: .float64))
        }
        // The first transition leads from time zero to the first observation.
        let start = tensor(flow.initial.covariance)
        let first = transitions[0]
        let value = logLikelihood(
            x,
            Parameters(
                transitions: Array(transitions[1...]), noises: Array(noises[1...]),
                shifts: Array(repeating: Tensor([0.0, 0]), count: 5), emission: leaves[7],
                emissionNoise: leaves[8],
                emissionShifts: Array(repeating: Tensor([0.0]), count: 6),
                mean: first.matmul(Tensor(flow.initial.mean)),
                covariance: first.matmul(start).matmul(first.transposed()) + noises[0]))
        let found = gradients(of: value, withRespectTo: leaves)
        let (likelihood, exact) = try flow.logLikelihoodGradient([(x, nil)])
        #expect(abs(value.item() - likelihood) < 1e-11)
        let expected = [
            exact.transitionField.left!, exact.transitionField.right!,
            exact.transitionField.constant!, exact.transitionStart, exact.noiseField.left!,
            exact.noiseField.constant!, exact.noiseStart, exact.emission, exact.emissionNoise,
        ]
        for (index, matrix) in expected.enumerated() {
            expect(found[index], matrix.elements, "part \(index)")
        }
    }
}
