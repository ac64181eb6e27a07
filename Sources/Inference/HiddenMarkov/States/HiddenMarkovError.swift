/// What is wrong with a discrete state-space model, its data, or a fit of it.
public enum HiddenMarkovError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There are no states, no steps or no sequences; carries what is missing.
    case empty(String)
    /// A table does not have the size that the number of states asks for.
    case wrongSize(table: String, count: Int, expected: Int)
    /// A law has a negative or non-finite entry.
    case notProbability(table: String, row: Int, column: Int, value: Double)
    /// A law does not sum to one within 1e-8.
    case notNormalized(table: String, row: Int, sum: Double)
    /// A log likelihood is NaN or +∞.
    case badLikelihood(step: Int, state: Int)
    /// No state that the past allows can have emitted what a step observed.
    case impossibleObservation(step: Int)
    /// A step needs an action, or a transition table, that is not there.
    case missingTransition(step: Int, action: Int?, tables: Int)
    /// An observation is not one that the emission model knows.
    case unknownObservation(step: Int, detail: String)
    /// A variance or a variance floor is not positive and finite.
    case badVariance(state: Int, column: Int, value: Double)
    /// A covariance is not symmetric and positive definite, or has an eigenvalue below the floor.
    case badCovariance(state: Int, eigenvalue: Double)
    /// The observed information at the fit is not positive definite: some parameters are not
    /// identified by the data, or the fit is no maximum.
    case singularInformation
    /// No start led to a finite likelihood.
    case noFit

    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .empty(let what):
            "there are no \(what); give at least one"
        case .wrongSize(let table, let count, let expected):
            "\(table) has \(count) entries, but \(expected) were expected"
        case .notProbability(let table, let row, let column, let value):
            "\(table), row \(row), column \(column) is \(value); a probability lies in 0...1"
        case .notNormalized(let table, let row, let sum):
            "\(table), row \(row) sums to \(sum); a law must sum to 1 within 1e-8"
        case .badLikelihood(let step, let state):
            "the log likelihood at step \(step) in state \(state) is NaN or infinite; "
                + "only finite values and -infinity are allowed"
        case .impossibleObservation(let step):
            "the observation at step \(step) is impossible in every state that the model can be "
                + "in; check the data, or allow small probabilities in the model"
        case .missingTransition(let step, let action, let tables):
            "step \(step) with action \(action.map(String.init) ?? "none") has no transition law; "
                + "the model has \(tables)"
        case .unknownObservation(let step, let detail):
            "the observation at step \(step) does not fit the emission model: \(detail)"
        case .badVariance(let state, let column, let value):
            "the variance of state \(state), column \(column) is \(value); it must be positive "
                + "and finite"
        case .badCovariance(let state, let eigenvalue):
            "the covariance of state \(state) must be symmetric and positive definite, with no "
                + "eigenvalue below the floor; its smallest is \(eigenvalue)"
        case .singularInformation:
            "the observed information is not positive definite, so there are no standard errors; "
                + "freeze parameters, use fewer states, or fit to a tighter tolerance"
        case .noFit:
            "no start led to a finite likelihood; check the data and the starting model"
        }
    }
}
