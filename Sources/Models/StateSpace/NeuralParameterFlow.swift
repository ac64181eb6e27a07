import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistTorch

/// A Kalman filter whose transition E and noise F follow differential equations with neural
/// velocities: dE/dt = f(E), dl/dt = g(l), F = L(l) L(l)ᵀ + 10⁻⁸ I with a log-diagonal.
///
/// The linear flows of `ParameterFlowKalman` with networks in place of matrices. The last layers
/// start at zero, so that training starts from the ordinary Kalman filter. Equations are rolled by
/// the classical method of Runge and Kutta; gradients pass through every substep and the filter
/// (discretize, then optimize). All in float64.
public struct NeuralParameterFlow {
    /// f, from the elements of E row by row to their velocities.
    public let transitionField: MultilayerPerceptron
    /// g, from the encoded F to its velocity; nil where F stands still.
    public let noiseField: MultilayerPerceptron?
    /// E at time 0, `[states, states]`.
    public let transitionStart: Tensor
    /// The lower triangle of L at time 0, row by row, with log-diagonal.
    public let noiseStart: Tensor
    /// C, `[emissions, states]`.
    public let emission: Tensor
    /// D, `[emissions, emissions]`.
    public let emissionNoise: Tensor
    /// m and P of the state at time 0.
    public let initial: (mean: Tensor, covariance: Tensor)
    /// Substeps of a unit of time.
    public let substeps: Int

    /// Which parts are trained.
    public struct Parts: OptionSet, Sendable {
        /// The bits of the parts.
        public let rawValue: Int
        /// A set from its bits.
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// The networks.
        public static let fields = Parts(rawValue: 1)
        /// E at time 0.
        public static let transitionStart = Parts(rawValue: 2)
        /// F at time 0.
        public static let noiseStart = Parts(rawValue: 4)
    }

    /// A flow that starts as the Kalman filter of `base` at time 0; its fields are replaced.
    ///
    /// - Parameters:
    ///   - base: start values, emission, first law and substeps; its noise must be encoded by
    ///     Cholesky.
    ///   - hidden: the widths of hidden layers, with tanh.
    ///   - movesNoise: whether F flows too.
    ///   - generator: where weights come from.
    /// - Throws: `ParameterFlowError.noGradient` for adaptive steps or another encoding of noise.
    public init(
        _ base: ParameterFlowKalman, hidden: [Int] = [64, 64], movesNoise: Bool = false,
        using generator: inout Generator
    ) throws {
        guard case .rungeKutta(let substeps) = base.integrator, base.noise.encoding == .cholesky
        else {
            throw ParameterFlowError.noGradient(
                reason: "neural flows need fixed substeps and the Cholesky encoding of the noise")
        }
        func network(_ width: Int, _ generator: inout Generator) -> MultilayerPerceptron {
            MultilayerPerceptron(
                sizes: [width] + hidden + [width], activation: .tanh, outputInitializer: .zeros,
                type: .float64, using: &generator)
        }
        func tensor(_ matrix: Matrix) -> Tensor {
            Tensor(matrix.elements, shape: [matrix.rows, matrix.columns])
        }
        let states = base.transitionStart.rows
        transitionField = network(states * states, &generator)
        noiseField = movesNoise ? network(base.noise.start.rows, &generator) : nil
        transitionStart = tensor(base.transitionStart).requiringGradient()
        noiseStart = Tensor(base.noise.start.elements).requiringGradient()
        emission = tensor(base.emission)
        emissionNoise = tensor(base.emissionNoise)
        initial = (Tensor(base.initial.mean), tensor(base.initial.covariance))
        self.substeps = substeps
    }

    /// The parameters of some parts, named.
    public func parameters(_ parts: Parts) -> [NamedTensor] {
        var result: [NamedTensor] = []
        if parts.contains(.fields) {
            result += transitionField.parameters.named("transitionField")
            result += noiseField?.parameters.named("noiseField") ?? []
        }
        if parts.contains(.transitionStart) {
            result.append(NamedTensor("transitionStart", transitionStart))
        }
        if parts.contains(.noiseStart) { result.append(NamedTensor("noiseStart", noiseStart)) }
        return result
    }

    /// E and F at increasing times after 0, `[states, states]` each.
    public func parameters(at times: [Double]) -> (transitions: [Tensor], noises: [Tensor]) {
        let states = transitionStart.size(axis: 0)
        var (e, l) = (transitionStart.reshaped([states * states]), noiseStart)
        var (now, transitions, noises) = (0.0, [Tensor](), [Tensor]())
        for time in times {
            if !(time > now) { fail("NeuralParameterFlow.parameters", "times \(times)") }
            let count = max(1, Int(((time - now) * Double(substeps)).rounded(.up)))
            let h = (time - now) / Double(count)
            for _ in 0..<count {
                e = Self.step(e, h, transitionField)
                if let noiseField { l = Self.step(l, h, noiseField) }
            }
            transitions.append(e.reshaped([states, states]))
            noises.append(covariance(l))
            now = time
        }
        return (transitions, noises)
    }

    /// log p(x) of runs observed at the same times, `[series]`, in nats.
    ///
    /// - Parameters:
    ///   - observations: `[time, series, emissions]`; NaN is missing.
    ///   - times: increasing after 0; by default 1, 2, ….
    public func logLikelihood(_ observations: Tensor, times: [Double]? = nil) -> Tensor {
        let count = observations.size(axis: 0)
        let rolled = parameters(at: times ?? (0..<count).map { Double($0 + 1) })
        let (e, f) = (rolled.transitions[0], rolled.noises[0])
        let filter = BatchedKalmanFilter(
            transitions: Array(rolled.transitions.dropFirst()) + [e],
            noises: Array(rolled.noises.dropFirst()) + [f], emission: emission,
            emissionNoise: emissionNoise,
            initialMean: e.matmul(initial.mean.unsqueezed(axis: -1)).squeezed(axis: -1),
            initialCovariance: e.matmul(initial.covariance).matmul(e.transposed()) + f)
        return filter.filter(observations).logLikelihood
    }

    /// Trains parts by maximum likelihood: Adam with clipped gradients, then L-BFGS.
    ///
    /// - Parameters:
    ///   - parts: what is trained.
    ///   - observations: `[time, series, emissions]`.
    ///   - times: increasing after 0; by default 1, 2, ….
    ///   - adamSteps: steps of Adam at rate 0.01, clipped to a norm of 10.
    ///   - iterations: of L-BFGS at most.
    /// - Returns: log p(x) of all runs at the end, in nats.
    @discardableResult
    public func fit(
        _ parts: Parts, to observations: Tensor, times: [Double]? = nil, adamSteps: Int = 100,
        iterations: Int = 100
    ) -> Double {
        let count = Double(observations.size(axis: 0) * observations.size(axis: 1))
        func loss() -> Tensor {
            logLikelihood(observations, times: times).sum() * (-1 / count)
        }
        let adam = Adam(parameters(parts), learningRate: 0.01)
        for _ in 0..<adamSteps {
            adam.minimize(loss(), clippingNorm: 10 / count, allowUnused: true)
        }
        let ended = LBFGS(parameters(parts)).minimize(maximumIterations: iterations, loss)
        return -ended.loss * count
    }

    private static func step(
        _ x: Tensor, _ h: Double, _ velocity: MultilayerPerceptron
    ) -> Tensor {
        let k1 = velocity(x)
        let k2 = velocity(x + k1 * (h / 2))
        let k3 = velocity(x + k2 * (h / 2))
        let k4 = velocity(x + k3 * h)
        return x + (k1 + k2 * 2 + k3 * 2 + k4) * (h / 6)
    }

    /// F of an encoded lower triangle.
    private func covariance(_ code: Tensor) -> Tensor {
        let states = transitionStart.size(axis: 0)
        var rows: [Tensor] = []
        for row in 0..<states {
            let begin = row * (row + 1) / 2
            var parts: [Tensor] = []
            if row > 0 { parts.append(code.slice(axis: 0, begin..<begin + row)) }
            parts.append(code.slice(axis: 0, begin + row..<begin + row + 1).exp())
            if row + 1 < states {
                parts.append(Tensor.zeros([states - row - 1], type: .float64))
            }
            rows.append(Tensor.concatenated(parts))
        }
        let factor = Tensor.stacked(rows)
        return factor.matmul(factor.transposed())
            + Tensor.identity(states, type: .float64) * 1e-8
    }
}
