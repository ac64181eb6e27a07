/// How the Kalman recursion is carried out. All forms give the same moments but for rounding.
public enum FilterForm: Sendable, Equatable, CaseIterable {
    /// Covariances with Joseph's update; the default.
    case joseph
    /// Inverse covariances in the update, for many more emissions than states.
    case information
    /// Roots of covariances and orthogonal transformations, for badly scaled problems.
    case squareRoot
    /// Joseph's update in 32-bit floats, as on a small device.
    case josephSinglePrecision
    /// The square-root form in 32-bit floats.
    case squareRootSinglePrecision
    /// An associative scan over steps, on all cores (Särkkä and García-Fernández, "Temporal
    /// Parallelization of Bayesian Smoothers", 2019).
    case parallelScan
}
