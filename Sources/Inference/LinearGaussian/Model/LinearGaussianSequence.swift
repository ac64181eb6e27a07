import OptimistCore
import OptimistLinearAlgebra

/// What was observed of one run of a system.
public struct LinearGaussianSequence: Sendable, Equatable {
    /// The observations, `[step, emission]`; a missing component is NaN.
    public var observations: Matrix
    /// The inputs, `[step, input]`; nil where the model has none.
    public var inputs: Matrix?

    /// A run with its observations and inputs.
    public init(observations: Matrix, inputs: Matrix? = nil) {
        if let inputs, inputs.rows != observations.rows {
            fail(
                "LinearGaussianSequence",
                "\(inputs.rows) inputs for \(observations.rows) observations")
        }
        self.observations = observations
        self.inputs = inputs
    }

    /// A run of one observed number a step; nil is missing.
    public init(_ values: [Double?]) {
        self.init(observations: .column(values.map { $0 ?? .nan }))
    }

    /// The number of steps.
    public var count: Int { observations.rows }

    /// The first steps alone.
    func prefix(_ count: Int) -> LinearGaussianSequence {
        let count = min(count, self.count)
        return LinearGaussianSequence(
            observations: observations.block(
                rows: 0..<count, columns: 0..<observations.columns),
            inputs: inputs.map { $0.block(rows: 0..<count, columns: 0..<$0.columns) })
    }

    /// The components that were observed at a step.
    func observed(_ step: Int) -> [Int] {
        (0..<observations.columns).filter { !observations[step, $0].isNaN }
    }

    /// The number of observed components over all steps.
    public var observedCount: Int {
        observations.withUnsafeElements { $0.reduce(0) { $1.isNaN ? $0 : $0 + 1 } }
    }

    /// - Throws: `LinearGaussianError.shape` or `.notFinite` where this does not fit the model.
    func validate(for model: LinearGaussianModel) throws {
        if observations.columns != model.emissionCount {
            throw LinearGaussianError.shape(
                parameter: "an observation", found: "\(observations.columns) numbers",
                expected: "\(model.emissionCount)")
        }
        if model.inputCount != inputs?.columns ?? 0 {
            throw LinearGaussianError.shape(
                parameter: "an input", found: "\(inputs?.columns ?? 0) numbers",
                expected: "\(model.inputCount)")
        }
        let columns = observations.columns
        let infinite = observations.withUnsafeElements { $0.firstIndex { $0.isInfinite } }
        if let infinite {
            throw LinearGaussianError.notFinite(
                what: "the observation", step: infinite / columns)
        }
        if let inputs, !inputs.isFinite {
            let bad = inputs.elements.firstIndex { !$0.isFinite } ?? 0
            throw LinearGaussianError.notFinite(what: "the input", step: bad / inputs.columns)
        }
        try model.checkLength(count)
    }
}
