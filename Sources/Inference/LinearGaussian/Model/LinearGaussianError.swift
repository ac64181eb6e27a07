/// Why a linear-Gaussian model could not be used on given data.
public enum LinearGaussianError: Error, Equatable, Sendable {
    /// A matrix or vector has a shape that does not fit the rest.
    case shape(parameter: String, found: String, expected: String)
    /// A parameter or a datum is not finite.
    case notFinite(what: String, step: Int)
    /// A list of values in time is shorter than the run.
    case tooFewSteps(parameter: String, count: Int, needed: Int)
    /// A noise covariance is not symmetric positive semi-definite.
    case noiseNotPositive(parameter: String, step: Int)
    /// A covariance that a step must factor is not positive definite.
    case notPositiveDefinite(what: String, step: Int, value: Double)
    /// A stationary law needs a fixed transition with spectral radius below one.
    case notStationary(reason: String)
    /// The observations do not determine a state with a flat law.
    case diffuseNotDetermined(states: Int)
    /// The form of the filter cannot start from this initial state.
    case unsupported(what: String, instead: String)
    /// Parameters have no effect, or the likelihood is not finite, where fitting starts.
    case cannotStart(reason: String)
}

extension LinearGaussianError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .shape(let parameter, let found, let expected):
            "\(parameter) is \(found) where \(expected) is expected; correct its shape"
        case .notFinite(let what, let step):
            "\(what) at step \(step) is not finite; correct it, or mark a missing value"
        case .tooFewSteps(let parameter, let count, let needed):
            "\(parameter) is listed for \(count) steps where \(needed) are needed; "
                + "list every step, or give a function of the step"
        case .noiseNotPositive(let parameter, let step):
            "\(parameter) at step \(step) is not symmetric and positive semi-definite; "
                + "check its signs and symmetry"
        case .notPositiveDefinite(let what, let step, let value):
            "\(what) at step \(step) is not positive definite (a pivot is \(value)); "
                + "scale the data, or use the square-root form of the filter"
        case .notStationary(let reason):
            "there is no stationary law: \(reason); give the first law or use a diffuse one"
        case .diffuseNotDetermined(let states):
            "the observations do not determine all \(states) states of a flat initial law; "
                + "give more observations or a known initial law"
        case .unsupported(let what, let instead):
            "\(what) is not supported; \(instead)"
        case .cannotStart(let reason):
            "fitting cannot start: \(reason); choose other starting values"
        }
    }
}
