import OptimistLinearAlgebra

/// A linear-Gaussian state-space model.
///
///     s₁ ~ initial
///     s_{t+1} = E_t s_t + B_t a_t + b_t + w_t,   w_t ~ N(0, F_t)
///     x_t     = C_t s_t + G_t a_t + d_t + v_t,   v_t ~ N(0, D_t)
///
/// Steps count from 0. What leads from step t to t + 1 has the index t of its source step, in
/// filtering, sampling and fitting alike (Kalman, 1960; conventions of Durbin and Koopman, "Time
/// Series Analysis by State Space Methods").
public struct LinearGaussianModel: Sendable {
    /// What is known about the first state.
    public var initial: InitialState
    /// E, `[state, state]`.
    public var transition: TimeVarying<Matrix>
    /// F, `[state, state]`, positive semi-definite.
    public var transitionNoise: TimeVarying<Matrix>
    /// C, `[emission, state]`.
    public var emission: TimeVarying<Matrix>
    /// D, `[emission, emission]`, positive semi-definite.
    public var emissionNoise: TimeVarying<Matrix>
    /// B, `[state, input]`; nil where inputs do not move the state.
    public var transitionInput: TimeVarying<Matrix>?
    /// b, `[state]`; nil for none.
    public var transitionOffset: TimeVarying<[Double]>?
    /// G, `[emission, input]`; nil where inputs are not seen in the emission.
    public var emissionInput: TimeVarying<Matrix>?
    /// d, `[emission]`; nil for none.
    public var emissionOffset: TimeVarying<[Double]>?

    /// The number of states.
    public let stateCount: Int
    /// The number of components of an observation.
    public let emissionCount: Int
    /// The number of inputs; 0 where neither B nor G is given.
    public let inputCount: Int

    /// A model whose parameters may vary in time; shapes are checked at step 0.
    ///
    /// - Throws: `LinearGaussianError.shape`, `.notFinite` or `.noiseNotPositive`.
    public init(
        initial: InitialState, transition: TimeVarying<Matrix>,
        transitionNoise: TimeVarying<Matrix>, emission: TimeVarying<Matrix>,
        emissionNoise: TimeVarying<Matrix>, transitionInput: TimeVarying<Matrix>? = nil,
        transitionOffset: TimeVarying<[Double]>? = nil,
        emissionInput: TimeVarying<Matrix>? = nil, emissionOffset: TimeVarying<[Double]>? = nil
    ) throws {
        self.initial = initial
        self.transition = transition
        self.transitionNoise = transitionNoise
        self.emission = emission
        self.emissionNoise = emissionNoise
        self.transitionInput = transitionInput
        self.transitionOffset = transitionOffset
        self.emissionInput = emissionInput
        self.emissionOffset = emissionOffset
        let first = emission.first(or: Matrix(rows: 0, columns: 0))
        stateCount = first.columns
        emissionCount = first.rows
        inputCount =
            transitionInput?.first(or: first).columns ?? emissionInput?.first(or: first).columns
            ?? 0
        try validate()
    }

    /// A model whose parameters do not vary in time.
    ///
    /// - Throws: `LinearGaussianError.shape`, `.notFinite` or `.noiseNotPositive`.
    public init(
        initial: InitialState, transition: Matrix, transitionNoise: Matrix, emission: Matrix,
        emissionNoise: Matrix, transitionInput: Matrix? = nil, transitionOffset: [Double]? = nil,
        emissionInput: Matrix? = nil, emissionOffset: [Double]? = nil
    ) throws {
        try self.init(
            initial: initial, transition: .fixed(transition),
            transitionNoise: .fixed(transitionNoise), emission: .fixed(emission),
            emissionNoise: .fixed(emissionNoise),
            transitionInput: transitionInput.map { .fixed($0) },
            transitionOffset: transitionOffset.map { .fixed($0) },
            emissionInput: emissionInput.map { .fixed($0) },
            emissionOffset: emissionOffset.map { .fixed($0) })
    }

    /// Whether no parameter varies in time.
    public var isFixed: Bool {
        transition.fixedValue != nil && transitionNoise.fixedValue != nil
            && emission.fixedValue != nil && emissionNoise.fixedValue != nil
            && (transitionInput.map { $0.fixedValue != nil } ?? true)
            && (transitionOffset.map { $0.fixedValue != nil } ?? true)
            && (emissionInput.map { $0.fixedValue != nil } ?? true)
            && (emissionOffset.map { $0.fixedValue != nil } ?? true)
    }

    /// B_t a_t + b_t, `[state]`.
    func transitionShift(_ step: Int, _ input: [Double]?) -> [Double] {
        var shift = transitionOffset?[step] ?? Array(repeating: 0, count: stateCount)
        if let matrix = transitionInput, let input {
            Matrix.multiply(matrix[step], input, into: &shift, adding: true)
        }
        return shift
    }

    /// G_t a_t + d_t, `[emission]`.
    func emissionShift(_ step: Int, _ input: [Double]?) -> [Double] {
        var shift = emissionOffset?[step] ?? Array(repeating: 0, count: emissionCount)
        if let matrix = emissionInput, let input {
            Matrix.multiply(matrix[step], input, into: &shift, adding: true)
        }
        return shift
    }
}

extension TimeVarying {
    /// The value at step 0, or another where the list is empty.
    func first(or other: Value) -> Value {
        if case .perStep(let values) = self { values.first ?? other } else { self[0] }
    }
}
