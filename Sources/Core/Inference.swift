/// A probability law over values.
public protocol Distribution<Value> {
    /// What is drawn.
    associatedtype Value
    /// A log-density: a number for one law, a tensor for a batch of them. In nats.
    associatedtype Density

    /// A draw.
    func sample(using generator: inout Generator) -> Value
    /// The log-density, or log-probability, of a value.
    func logDensity(_ value: Value) -> Density
    /// The entropy where it is known in closed form, in nats.
    var entropy: Density? { get }
}

/// One factor of the joint: known, assumed or learned.
public protocol Model<Context, Law> {
    /// What the factor is conditioned on.
    associatedtype Context
    /// The law that it gives.
    associatedtype Law: Distribution

    /// The law given its context.
    func law(given context: Context) -> Law
}

/// A way of inferring: encoders, filters, planners and policies are all of this kind.
public protocol Posterior<Evidence, Belief> {
    /// What is known.
    associatedtype Evidence
    /// A law, samples or weighted particles, with log evidence where known.
    associatedtype Belief

    /// The belief given the evidence.
    func infer(_ evidence: Evidence, using generator: inout Generator) throws -> Belief
}
