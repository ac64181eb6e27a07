import OptimistCore

/// p(x | s): what the states of a hidden Markov model emit.
///
/// Inference needs log likelihoods alone; a model that is no more than a table of them goes to
/// `DiscreteStateSpace` directly.
public protocol EmissionModel: Sendable {
    /// One observation.
    associatedtype Observation: Sendable
    /// S, the number of states.
    var stateCount: Int { get }
    /// log p(x_t | s) for each step and state; a row of zeros where x_t is nil.
    ///
    /// - Throws: `HiddenMarkovError.unknownObservation`.
    func likelihoods(of observations: [Observation?]) throws -> LikelihoodTable
    /// An observation drawn from a state.
    func sample(state: Int, using generator: inout Generator) -> Observation
}

/// An emission model whose parameters can be fitted.
///
/// Free parameters are unconstrained coordinates: log odds of probabilities, logs of variances.
/// Probabilities of at most `boundary` are held where they are and have no coordinate.
public protocol FittableEmission: EmissionModel {
    /// The model that maximizes Σ_t Σ_s w_t(s) log p(x_t | s) plus the log prior: the M-step.
    ///
    /// - Parameters:
    ///   - sequences: the observations of each sequence.
    ///   - weights: the posterior of the states, [T, S] row by row, for each sequence.
    func maximized(_ sequences: [[Observation?]], weights: [[Double]]) -> Self
    /// A random model on the scale of the data: a start for another climb.
    func randomized(for sequences: [[Observation?]], using generator: inout Generator) -> Self
    /// The log of the prior density of the parameters up to a constant; 0 for none.
    var logPrior: Double { get }
    /// The unconstrained coordinates of the parameters.
    func freeParameters(boundary: Double) -> [Double]
    /// The model at other coordinates; which there are is decided by this one.
    func replacing(freeParameters: [Double], boundary: Double) -> Self
    /// ∂/∂(free parameters) of Σ_t Σ_s w_t(s) log p(x_t | s) plus the log prior, at `model`, in
    /// the coordinates of this one.
    func score(
        at model: Self, _ sequences: [[Observation?]], weights: [[Double]], boundary: Double
    ) -> [Double]
    /// The parameters by name, each with its derivatives by the free parameters.
    func namedParameters(boundary: Double) -> [NamedParameter]
}

/// A parameter of a model, and how it moves with the unconstrained coordinates of a fit.
public struct NamedParameter: Sendable, Equatable {
    /// Its name, such as `transition[0,1]`.
    public var name: String
    /// Its value.
    public var value: Double
    /// ∂ value/∂ coordinate for the coordinates it depends on; empty where it is held.
    public var derivatives: [(coordinate: Int, value: Double)]

    /// A parameter with its derivatives.
    public init(name: String, value: Double, derivatives: [(coordinate: Int, value: Double)]) {
        self.name = name
        self.value = value
        self.derivatives = derivatives
    }

    /// Whether name, value and derivatives are the same.
    public static func == (left: Self, right: Self) -> Bool {
        left.name == right.name && left.value == right.value
            && left.derivatives.elementsEqual(right.derivatives) { $0 == $1 }
    }
}
