/// A parameter of a linear-Gaussian model as a whole.
public enum ParameterBlock: String, Sendable, CaseIterable, Hashable {
    /// E.
    case transition
    /// B.
    case transitionInput
    /// b.
    case transitionOffset
    /// F.
    case transitionNoise
    /// C.
    case emission
    /// G.
    case emissionInput
    /// d.
    case emissionOffset
    /// D.
    case emissionNoise
    /// The mean of the initial law.
    case initialMean
    /// The covariance of the initial law.
    case initialCovariance
}

/// What shape a covariance is kept in while it is fitted.
public enum CovarianceStructure: Sendable, Equatable {
    /// Any positive definite matrix.
    case full
    /// A variance for each component.
    case diagonal
    /// One variance for all.
    case isotropic
}
