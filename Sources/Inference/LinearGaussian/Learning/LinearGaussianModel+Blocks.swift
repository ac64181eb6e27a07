import OptimistCore
import OptimistLinearAlgebra

extension LinearGaussianModel {
    /// The numbers of a block of a fixed model, row by row; none where the model lacks it.
    func value(of block: ParameterBlock) -> [Double] {
        switch block {
        case .transition: transition[0].elements
        case .transitionInput: transitionInput?[0].elements ?? []
        case .transitionOffset: transitionOffset?[0] ?? []
        case .transitionNoise: transitionNoise[0].elements
        case .emission: emission[0].elements
        case .emissionInput: emissionInput?[0].elements ?? []
        case .emissionOffset: emissionOffset?[0] ?? []
        case .emissionNoise: emissionNoise[0].elements
        case .initialMean: initialLaw?.mean ?? []
        case .initialCovariance: initialLaw?.covariance.elements ?? []
        }
    }

    /// The moments of the initial law where they are given.
    var initialLaw: GaussianMoments? {
        switch initial {
        case .predictive(let law), .atTimeZero(let law): law
        default: nil
        }
    }

    /// Replaces the numbers of a block.
    mutating func setValue(_ numbers: [Double], of block: ParameterBlock) {
        let (n, m, k) = (stateCount, emissionCount, inputCount)
        func matrix(_ rows: Int, _ columns: Int) -> TimeVarying<Matrix> {
            .fixed(Matrix(rows: rows, columns: columns, numbers))
        }
        switch block {
        case .transition: transition = matrix(n, n)
        case .transitionInput: transitionInput = matrix(n, k)
        case .transitionOffset: transitionOffset = .fixed(numbers)
        case .transitionNoise: transitionNoise = matrix(n, n)
        case .emission: emission = matrix(m, n)
        case .emissionInput: emissionInput = matrix(m, k)
        case .emissionOffset: emissionOffset = .fixed(numbers)
        case .emissionNoise: emissionNoise = matrix(m, m)
        case .initialMean: setInitial { $0.mean = numbers }
        case .initialCovariance:
            setInitial { $0.covariance = Matrix(rows: n, columns: n, numbers) }
        }
    }

    private mutating func setInitial(_ change: (inout GaussianMoments) -> Void) {
        switch initial {
        case .predictive(var law):
            change(&law)
            initial = .predictive(law)
        case .atTimeZero(var law):
            change(&law)
            initial = .atTimeZero(law)
        default: fail("LinearGaussianModel.setInitial", "there is no initial law to set")
        }
    }

    /// - Throws: `LinearGaussianError.unsupported` where blocks cannot be fitted.
    func checkFittable(_ blocks: some Collection<ParameterBlock>) throws {
        if !isFixed {
            throw LinearGaussianError.unsupported(
                what: "fitting a model whose parameters vary in time as if they did not",
                instead: "give a parameterization of your own")
        }
        if let missing = blocks.first(where: { value(of: $0).isEmpty }) {
            throw LinearGaussianError.unsupported(
                what: "fitting \(missing.rawValue), which the model does not have",
                instead: "give it a value to start from")
        }
    }
}

extension LinearGaussianGradient {
    /// The numbers of a block, row by row.
    func value(of block: ParameterBlock) -> [Double] {
        switch block {
        case .transition: transition.elements
        case .transitionInput: transitionInput.elements
        case .transitionOffset: transitionOffset
        case .transitionNoise: transitionNoise.elements
        case .emission: emission.elements
        case .emissionInput: emissionInput.elements
        case .emissionOffset: emissionOffset
        case .emissionNoise: emissionNoise.elements
        case .initialMean: initialMean
        case .initialCovariance: initialCovariance.elements
        }
    }
}
