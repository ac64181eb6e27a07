import OptimistCore
import OptimistTorch

/// Numbers with their standard errors, one for each law of a batch.
public struct TensorEstimate {
    /// How the numbers were obtained.
    public enum Method: Equatable, Sendable {
        /// By a formula, without error.
        case closedForm
        /// From this many independent samples.
        case monteCarlo(samples: Int)
    }

    /// The estimated values.
    public var mean: Tensor
    /// Their standard errors, of the same shape; nil for one sample, zeros for a closed form.
    public var standardError: Tensor?
    /// How they were obtained.
    public var method: Method

    /// An estimate with its parts given.
    public init(mean: Tensor, standardError: Tensor?, method: Method) {
        self.mean = mean
        self.standardError = standardError
        self.method = method
    }

    /// Values known by a formula.
    public static func closedForm(_ value: Tensor) -> TensorEstimate {
        TensorEstimate(mean: value, standardError: .zeros(like: value), method: .closedForm)
    }

    /// The mean of independent samples along the first axis, with its standard error.
    public init(ofSamples samples: Tensor) {
        let count = samples.size(axis: 0)
        if count == 0 { fail("TensorEstimate", "there are no samples") }
        mean = samples.mean(axis: 0)
        standardError =
            count > 1
            ? withoutGradient {
                (samples.variance(axis: 0) * (1 / Double(count))).sqrt()
            } : nil
        method = .monteCarlo(samples: count)
    }
}
