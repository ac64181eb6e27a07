import Foundation
import OptimistCore
import OptimistTorch

/// The Kalman filter of many series side by side, with tensors: on any device, and with gradients
/// in every parameter.
///
///     s₁ ~ N(m, P)    s′ = E s + b + w,  w ~ N(0, F)    x = C s + d + v,  v ~ N(0, D)
///
/// For one series the filter of `OptimistInference` is faster; this one is for many at once, for
/// GPUs, and for parameters that networks give. Parameters are `[rows, columns]`, shared by all
/// series, or `[series, rows, columns]`; transitions may have one entry a step.
public struct BatchedKalmanFilter {
    /// E: one for all steps, or that out of each step but the last.
    public var transitions: [Tensor]
    /// F, likewise.
    public var noises: [Tensor]
    /// b, `[states]` or `[series, states]`, likewise; empty for none.
    public var offsets: [Tensor]
    /// C.
    public var emission: Tensor
    /// D.
    public var emissionNoise: Tensor
    /// d, `[emissions]` or `[series, emissions]`; nil for none.
    public var emissionOffset: Tensor?
    /// m, `[states]` or `[series, states]`.
    public var initialMean: Tensor
    /// P.
    public var initialCovariance: Tensor

    /// A filter from its parameters.
    public init(
        transitions: [Tensor], noises: [Tensor], offsets: [Tensor] = [], emission: Tensor,
        emissionNoise: Tensor, emissionOffset: Tensor? = nil, initialMean: Tensor,
        initialCovariance: Tensor
    ) {
        self.transitions = transitions
        self.noises = noises
        self.offsets = offsets
        self.emission = emission
        self.emissionNoise = emissionNoise
        self.emissionOffset = emissionOffset
        self.initialMean = initialMean
        self.initialCovariance = initialCovariance
    }

    /// The laws of all steps.
    public struct Result {
        /// Means given the past, `[time, series, states]`.
        public var predictedMeans: Tensor
        /// Covariances given the past, `[time, series, states, states]`.
        public var predictedCovariances: Tensor
        /// Means given the past and the present.
        public var means: Tensor
        /// Covariances given the past and the present.
        public var covariances: Tensor
        /// log p of each step's observation given the past, `[time, series]`; 0 where it is missing.
        public var logLikelihoods: Tensor

        /// log p of each series, `[series]`, in nats.
        public var logLikelihood: Tensor { logLikelihoods.sum(axis: 0) }
    }

    /// Filters series of equal length.
    ///
    /// - Parameter observations: `[time, series, emissions]`; NaN is missing, whole steps or single
    ///   components. Shorter series end in NaN.
    public func filter(_ observations: Tensor) -> Result {
        let (steps, series) = (observations.size(axis: 0), observations.size(axis: 1))
        check(observations)
        let states = emission.size(axis: -1)
        var mean = initialMean.expanded([series, states])
        var covariance = initialCovariance.expanded([series, states, states])
        var columns: [[Tensor]] = Array(repeating: [], count: 5)
        for step in 0..<steps {
            if step > 0 { (mean, covariance) = predict(mean, covariance, after: step - 1) }
            columns[0].append(mean)
            columns[1].append(covariance)
            let likelihood: Tensor
            (mean, covariance, likelihood) = update(
                mean, covariance, observations.select(axis: 0, step))
            columns[2].append(mean)
            columns[3].append(covariance)
            columns[4].append(likelihood)
        }
        let parts = columns.map { Tensor.stacked($0) }
        return Result(
            predictedMeans: parts[0], predictedCovariances: parts[1], means: parts[2],
            covariances: parts[3], logLikelihoods: parts[4])
    }

    /// The law one step on.
    public func predict(
        _ mean: Tensor, _ covariance: Tensor, after step: Int
    ) -> (mean: Tensor, covariance: Tensor) {
        let map = at(step, transitions)
        var next = map.matmul(mean.unsqueezed(axis: -1)).squeezed(axis: -1)
        if !offsets.isEmpty { next = next + at(step, offsets) }
        return (next, map.matmul(covariance).matmul(map.transposed()) + at(step, noises))
    }

    /// Bayes' rule for one observation `[series, emissions]`, in Joseph's form, and its log density.
    ///
    /// A missing component keeps its place with a unit variance and an error of 0, and adds nothing.
    public func update(
        _ mean: Tensor, _ covariance: Tensor, _ observation: Tensor
    ) -> (mean: Tensor, covariance: Tensor, logLikelihood: Tensor) {
        let missing = observation.isNaN()
        let seen = (1 - missing.to(mean.elementType))
        let rows = emission * seen.unsqueezed(axis: -1)
        let both = seen.unsqueezed(axis: -1) * seen.unsqueezed(axis: -2)
        let noise = emissionNoise * both + (1 - seen).diagonalMatrix()
        var error = Tensor.where(missing, .zeros(like: observation), observation)
        error = error - rows.matmul(mean.unsqueezed(axis: -1)).squeezed(axis: -1)
        if let emissionOffset { error = error - emissionOffset * seen }
        let crossed = rows.matmul(covariance)
        let spread = crossed.matmul(rows.transposed()) + noise
        let factor = spread.cholesky()
        let gain = factor.choleskySolve(crossed).transposed()
        let kept =
            Tensor.identity(
                mean.size(axis: -1), type: mean.elementType, device: mean.device)
            - gain.matmul(rows)
        let posterior =
            kept.matmul(covariance).matmul(kept.transposed())
            + gain.matmul(noise).matmul(gain.transposed())
        let column = error.unsqueezed(axis: -1)
        let distance = (column * factor.choleskySolve(column)).sum(axes: [-2, -1])
        let volume = factor.diagonal().log().sum(axis: -1) * 2
        let density = (seen.sum(axis: -1) * log(2 * Double.pi) + volume + distance) * -0.5
        return (
            mean + gain.matmul(column).squeezed(axis: -1),
            (posterior + posterior.transposed()) * 0.5, density
        )
    }

    private func at(_ step: Int, _ values: [Tensor]) -> Tensor {
        values.count == 1 ? values[0] : values[step]
    }

    private func check(_ observations: Tensor) {
        let steps = observations.size(axis: 0)
        if observations.rank != 3 || observations.size(axis: 2) != emission.size(axis: -2) {
            fail(
                "BatchedKalmanFilter.filter",
                "observations \(observations.shape) for an emission \(emission.shape)")
        }
        for values in [transitions, noises, offsets] where values.count > 1 {
            if values.count < steps - 1 {
                fail("BatchedKalmanFilter.filter", "\(values.count) transitions, \(steps) steps")
            }
        }
        if transitions.isEmpty || noises.isEmpty {
            fail("BatchedKalmanFilter.filter", "there is no transition")
        }
    }
}
