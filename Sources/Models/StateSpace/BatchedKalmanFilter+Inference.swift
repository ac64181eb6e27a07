import OptimistInference
import OptimistLinearAlgebra
import OptimistTorch

extension BatchedKalmanFilter {
    /// The filter of a given model, without inputs.
    ///
    /// - Parameters:
    ///   - model: its parameters; its first law must not be flat.
    ///   - steps: of the series, where parameters vary in time.
    ///   - type: the element type.
    ///   - device: where the tensors lie.
    /// - Throws: `LinearGaussianError.unsupported` for a model with inputs, a flat first law or an
    ///   emission that varies in time.
    public init(
        _ model: LinearGaussianModel, steps: Int, type: ElementType = .float64,
        device: Device = .cpu
    ) throws {
        func tensor(_ matrix: Matrix) -> Tensor {
            Tensor(matrix.elements, shape: [matrix.rows, matrix.columns]).to(type).to(device)
        }
        func tensor(_ vector: [Double]) -> Tensor { Tensor(vector).to(type).to(device) }
        if model.inputCount > 0 {
            throw LinearGaussianError.unsupported(
                what: "a batched filter of a model with inputs",
                instead: "give what the inputs add as offsets")
        }
        guard let emission = model.emission.fixedValue,
            let emissionNoise = model.emissionNoise.fixedValue
        else {
            throw LinearGaussianError.unsupported(
                what: "a batched filter whose emission varies in time",
                instead: "use LinearGaussianModel.filter")
        }
        let isFixed =
            model.transition.fixedValue != nil && model.transitionNoise.fixedValue != nil
            && (model.transitionOffset.map { $0.fixedValue != nil } ?? true)
        let sources = 0..<(isFixed ? 1 : max(steps - 1, 1))
        let first = try KalmanFilter(model).initialBelief()
        self.init(
            transitions: sources.map { tensor(model.transition[$0]) },
            noises: sources.map { tensor(model.transitionNoise[$0]) },
            offsets: model.transitionOffset.map { offsets in sources.map { tensor(offsets[$0]) } }
                ?? [],
            emission: tensor(emission), emissionNoise: tensor(emissionNoise),
            emissionOffset: model.emissionOffset.map { tensor($0[0]) },
            initialMean: tensor(first.mean), initialCovariance: tensor(first.covariance))
    }
}
