import OptimistLinearAlgebra

extension LinearGaussianModel {
    /// Checks shapes and values at step 0; later steps are checked as they are met.
    func validate() throws {
        let (n, m) = (stateCount, emissionCount)
        if n == 0 || m == 0 {
            throw LinearGaussianError.shape(
                parameter: "emission", found: "\(m)x\(n)", expected: "a matrix that is not empty")
        }
        try check("transition", transition.first(or: .identity(n)), n, n)
        try check("transitionNoise", transitionNoise.first(or: .identity(n)), n, n)
        try check("emission", emission.first(or: Matrix(rows: m, columns: n)), m, n)
        try check("emissionNoise", emissionNoise.first(or: .identity(m)), m, m)
        try checkNoise("transitionNoise", transitionNoise.first(or: .identity(n)))
        try checkNoise("emissionNoise", emissionNoise.first(or: .identity(m)))
        if let input = transitionInput {
            try check("transitionInput", input[0], n, inputCount)
        }
        if let input = emissionInput { try check("emissionInput", input[0], m, inputCount) }
        if let offset = transitionOffset { try check("transitionOffset", offset[0], n) }
        if let offset = emissionOffset { try check("emissionOffset", offset[0], m) }
        switch initial {
        case .predictive(let law), .atTimeZero(let law):
            try check("the initial mean", law.mean, n)
            try check("the initial covariance", law.covariance, n, n)
            try checkNoise("the initial covariance", law.covariance)
        case .approximateDiffuse(let variance, let burn):
            if !(variance > 0 && variance.isFinite) || burn < 0 {
                throw LinearGaussianError.shape(
                    parameter: "the approximate diffuse law",
                    found: "variance \(variance), burn \(burn)",
                    expected: "a positive variance and a burn of at least 0")
            }
        case .stationary, .exactDiffuse: break
        }
    }

    /// Checks that lists of parameters reach as far as a run of `steps` steps.
    func checkLength(_ steps: Int) throws {
        func check<Value>(
            _ parameter: String, _ value: TimeVarying<Value>?, _ needed: Int
        ) throws {
            if case .perStep(let values)? = value, values.count < needed {
                throw LinearGaussianError.tooFewSteps(
                    parameter: parameter, count: values.count, needed: needed)
            }
        }
        try check("transition", transition, steps - 1)
        try check("transitionNoise", transitionNoise, steps - 1)
        try check("transitionInput", transitionInput, steps - 1)
        try check("transitionOffset", transitionOffset, steps - 1)
        try check("emission", emission, steps)
        try check("emissionNoise", emissionNoise, steps)
        try check("emissionInput", emissionInput, steps)
        try check("emissionOffset", emissionOffset, steps)
        if case .atTimeZero = initial, !hasStepBeforeFirst {
            throw LinearGaussianError.unsupported(
                what: "a law at time zero with a transition listed step by step",
                instead: "give the law of the first state, or a function of the step")
        }
    }

    private var hasStepBeforeFirst: Bool {
        func isList<Value>(_ value: TimeVarying<Value>?) -> Bool {
            if case .perStep? = value { true } else { false }
        }
        return !(isList(transition) || isList(transitionNoise) || isList(transitionOffset))
    }

    private func check(_ name: String, _ matrix: Matrix, _ rows: Int, _ columns: Int) throws {
        if matrix.rows != rows || matrix.columns != columns {
            throw LinearGaussianError.shape(
                parameter: name, found: "\(matrix.rows)x\(matrix.columns)",
                expected: "\(rows)x\(columns)")
        }
        if !matrix.isFinite { throw LinearGaussianError.notFinite(what: name, step: 0) }
    }

    private func check(_ name: String, _ vector: [Double], _ count: Int) throws {
        if vector.count != count {
            throw LinearGaussianError.shape(
                parameter: name, found: "\(vector.count) numbers", expected: "\(count)")
        }
        if !vector.allSatisfy(\.isFinite) {
            throw LinearGaussianError.notFinite(what: name, step: 0)
        }
    }

    /// Symmetric to 10⁻⁸ of its largest element, with no eigenvalue below −10⁻⁸ of it.
    private func checkNoise(_ name: String, _ matrix: Matrix, step: Int = 0) throws {
        let tolerance = 1e-8 * matrix.largestMagnitude
        let asymmetry = (matrix - matrix.transposed).largestMagnitude
        let smallest = try SymmetricEigen(matrix).values.first ?? 0
        if asymmetry > tolerance || smallest < -tolerance {
            throw LinearGaussianError.noiseNotPositive(parameter: name, step: step)
        }
    }
}
