/// A model as a smooth function of unconstrained numbers, with the pullback of gradients: what
/// maximum likelihood needs to know.
public protocol ModelParameterization: Sendable {
    /// The number of unconstrained numbers.
    var parameterCount: Int { get }
    /// The model at a point.
    ///
    /// - Throws: `LinearGaussianError` where the point gives no model.
    func model(at point: [Double]) throws -> LinearGaussianModel
    /// The gradient in the point, from that in the model's parameters.
    func pullback(_ gradient: LinearGaussianGradient, at point: [Double]) throws -> [Double]
}
