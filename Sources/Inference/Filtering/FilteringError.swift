/// Why a filter could not take a step.
public enum FilteringError: Error, Equatable, Sendable {
    /// What of a step a matrix belongs to.
    public enum Quantity: String, Sendable {
        /// The covariance of a belief about the state.
        case belief = "the belief's covariance"
        /// The covariance of the prediction of the state.
        case prediction = "the predicted covariance"
        /// The covariance of the prediction of the observation.
        case innovation = "the innovation covariance"
    }
    /// A covariance that must be positive definite is not.
    case notPositiveDefinite(Quantity, step: Int)
    /// A function of the model or a belief gave a value that is not finite.
    case notFinite(step: Int)
    /// An observation does not have the model's number of elements.
    case observationSize(step: Int, found: Int, expected: Int)
    /// No particle can have emitted the observation.
    case particleDepletion(step: Int, particles: Int)
    /// A grid does not cover where the state may go.
    case massOutsideGrid(step: Int, mass: Double)
    /// Nowhere on a grid can the observation have been emitted.
    case impossibleObservation(step: Int)
}

extension FilteringError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .notPositiveDefinite(let quantity, let step):
            "\(quantity.rawValue) at step \(step) is not positive definite; check the noise "
                + "covariances, and that sigma points have no negative weights"
        case .notFinite(let step):
            "the model gave a value that is not finite at step \(step); check its functions there"
        case .observationSize(let step, let found, let expected):
            "the observation at step \(step) has \(found) elements where the model emits "
                + "\(expected); mark missing elements as NaN instead of leaving them out"
        case .particleDepletion(let step, let particles):
            "none of \(particles) particles can have emitted the observation at step \(step); use "
                + "more particles, a wider emission law, a guided proposal or reinvigoration"
        case .massOutsideGrid(let step, let mass):
            "the grid holds only \(mass) of the predicted probability at step \(step); widen it, "
                + "or use more cells where the transition law is narrower than a cell"
        case .impossibleObservation(let step):
            "the observation at step \(step) has zero likelihood everywhere on the grid; widen "
                + "the grid or the emission law"
        }
    }
}
