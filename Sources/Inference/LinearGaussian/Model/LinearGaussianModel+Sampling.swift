import OptimistCore
import OptimistLinearAlgebra

extension LinearGaussianModel {
    /// Draws states and observations.
    ///
    /// - Parameters:
    ///   - steps: the number of steps.
    ///   - inputs: `[step, input]`, where the model has inputs.
    ///   - generator: the source of randomness.
    /// - Returns: the states `[step, state]` and the run that was observed.
    /// - Throws: `LinearGaussianError`, such as `.unsupported` for a flat initial law.
    public func sample(
        steps: Int, inputs: Matrix? = nil, using generator: inout Generator
    ) throws -> (states: Matrix, sequence: LinearGaussianSequence) {
        var states = Matrix(rows: steps, columns: stateCount)
        var observations = Matrix(rows: steps, columns: emissionCount)
        let sequence = LinearGaussianSequence(observations: observations, inputs: inputs)
        try sequence.validate(for: self)
        let transitionRoot = try transitionNoise.fixedValue.map { try $0.covarianceRoot() }
        let emissionRoot = try emissionNoise.fixedValue.map { try $0.covarianceRoot() }
        let first = try firstPrediction()
        var state = try first.sample(root: first.covariance.covarianceRoot(), using: &generator)
        for t in 0..<steps {
            let input = inputs?.row(t)
            states.setBlock(row: t, column: 0, Matrix(rows: 1, columns: stateCount, state))
            var mean = emissionShift(t, input)
            Matrix.multiply(emission[t], state, into: &mean, adding: true)
            let root = try emissionRoot ?? emissionNoise[t].covarianceRoot()
            addNoise(root, to: &mean, using: &generator)
            observations.setBlock(row: t, column: 0, Matrix(rows: 1, columns: mean.count, mean))
            if t == steps - 1 { break }
            var next = transitionShift(t, input)
            Matrix.multiply(transition[t], state, into: &next, adding: true)
            let noise = try transitionRoot ?? transitionNoise[t].covarianceRoot()
            addNoise(noise, to: &next, using: &generator)
            state = next
        }
        return (states, LinearGaussianSequence(observations: observations, inputs: inputs))
    }
}

extension GaussianMoments {
    /// A draw, given a root of the covariance.
    func sample(root: Matrix, using generator: inout Generator) -> [Double] {
        var draw = mean
        addNoise(root, to: &draw, using: &generator)
        return draw
    }
}

private func addNoise(_ root: Matrix, to vector: inout [Double], using generator: inout Generator) {
    let noise = (0..<root.columns).map { _ in generator.normal() }
    Matrix.multiply(root, noise, into: &vector, adding: true)
}
