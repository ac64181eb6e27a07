import OptimistLinearAlgebra

/// A fixed model of which whole blocks are fitted and the others frozen. Covariances stay positive
/// definite through their Cholesky factors with log-diagonals, or logs of variances.
public struct BlockParameterization: ModelParameterization {
    /// The model whose frozen blocks are kept.
    public let base: LinearGaussianModel
    /// The blocks that are fitted, in the order of their numbers.
    public let free: [ParameterBlock]
    private let transitionNoise: CovarianceEncoding
    private let emissionNoise: CovarianceEncoding
    private let initialCovariance: CovarianceEncoding

    /// Frees some blocks of a model.
    ///
    /// - Throws: `LinearGaussianError.unsupported` where the model varies in time, lacks a freed
    ///   block, or an initial law is freed that is not given by moments.
    public init(
        _ base: LinearGaussianModel, free: Set<ParameterBlock>,
        transitionNoise: CovarianceStructure = .full, emissionNoise: CovarianceStructure = .full
    ) throws {
        self.base = base
        self.free = ParameterBlock.allCases.filter(free.contains)
        let (n, m) = (base.stateCount, base.emissionCount)
        self.transitionNoise = CovarianceEncoding(size: n, structure: transitionNoise)
        self.emissionNoise = CovarianceEncoding(size: m, structure: emissionNoise)
        initialCovariance = CovarianceEncoding(size: n, structure: .full)
        try base.checkFittable(self.free)
    }

    private func encoding(_ block: ParameterBlock) -> CovarianceEncoding? {
        switch block {
        case .transitionNoise: transitionNoise
        case .emissionNoise: emissionNoise
        case .initialCovariance: initialCovariance
        default: nil
        }
    }

    private func count(_ block: ParameterBlock) -> Int {
        encoding(block)?.count ?? base.value(of: block).count
    }

    /// The number of unconstrained numbers.
    public var parameterCount: Int { free.reduce(0) { $0 + count($1) } }

    /// The point of the base model.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` for a singular covariance that is free.
    public var start: [Double] {
        get throws {
            try free.flatMap { block in
                let value = base.value(of: block)
                guard let encoding = encoding(block) else { return value }
                return try encoding.encode(
                    Matrix(rows: encoding.size, columns: encoding.size, value))
            }
        }
    }

    /// The model at a point.
    public func model(at point: [Double]) throws -> LinearGaussianModel {
        var (model, position) = (base, 0)
        for block in free {
            let numbers = Array(point[position..<position + count(block)])
            position += numbers.count
            model.setValue(encoding(block)?.decode(numbers).elements ?? numbers, of: block)
        }
        return model
    }

    /// The gradient in the point.
    public func pullback(_ gradient: LinearGaussianGradient, at point: [Double]) -> [Double] {
        var (result, position) = ([Double](), 0)
        for block in free {
            let numbers = Array(point[position..<position + count(block)])
            position += numbers.count
            let full = gradient.value(of: block)
            if let encoding = encoding(block) {
                let matrix = Matrix(rows: encoding.size, columns: encoding.size, full)
                result += encoding.pullback(matrix, at: numbers)
            } else {
                result += full
            }
        }
        return result
    }
}
