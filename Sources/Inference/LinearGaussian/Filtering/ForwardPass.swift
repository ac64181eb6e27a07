import OptimistLinearAlgebra

/// One run of a kernel over a sequence.
struct ForwardPass<Kernel: FilterKernel> {
    let model: LinearGaussianModel
    let sequence: LinearGaussianSequence
    let kernel: Kernel
    private let isFixed: Bool
    private var present: [Int]
    private var values: [Double]
    private var shift: [Double]

    /// - Throws: `LinearGaussianError` where sequence and model do not fit.
    init(model: LinearGaussianModel, sequence: LinearGaussianSequence) throws {
        try sequence.validate(for: model)
        self.model = model
        self.sequence = sequence
        kernel = Kernel(states: model.stateCount, emissions: model.emissionCount)
        isFixed =
            model.transition.fixedValue != nil && model.transitionNoise.fixedValue != nil
            && model.emission.fixedValue != nil && model.emissionNoise.fixedValue != nil
        present = Array(0..<model.emissionCount)
        values = Array(repeating: 0, count: model.emissionCount)
        shift = Array(repeating: 0, count: model.stateCount)
    }

    /// Filters all steps from a given first law.
    mutating func run(from first: GaussianMoments) throws -> KalmanFilterResult {
        let (count, n) = (sequence.count, model.stateCount)
        var result = KalmanFilterResult(
            logLikelihood: 0, logLikelihoods: Array(repeating: 0, count: count),
            predicted: GaussianSequence(size: n, count: count),
            filtered: GaussianSequence(size: n, count: count))
        let stride = result.predicted.stride
        try locating(step: 0, "the initial covariance") { try kernel.setBelief(first) }
        if isFixed && count > 0 { try setParameters(0) }
        try result.predicted.storage.withUnsafeMutableBufferPointer { predicted in
            try result.filtered.storage.withUnsafeMutableBufferPointer { filtered in
                for step in 0..<count {
                    if !isFixed { try setParameters(step) }
                    let before = predicted.baseAddress! + step * stride
                    kernel.write(to: before)
                    result.logLikelihoods[step] = try update(step)
                    kernel.write(to: filtered.baseAddress! + step * stride)
                    if step == count - 1 { break }
                    predict(step)
                    if isFixed, !kernel.isHeld, present.count == values.count {
                        try holdIfSteady(before: before, n)
                    }
                }
            }
        }
        result.logLikelihood = result.logLikelihoods.dropFirst(model.burn).reduce(0, +)
        return result
    }

    /// Once a predicted covariance repeats bit for bit, so do all later ones while every component is
    /// observed: the recursion of fixed parameters has reached its fixed point exactly.
    private func holdIfSteady(before: UnsafeMutablePointer<Double>, _ n: Int) throws {
        try withUnsafeTemporaryAllocation(of: Double.self, capacity: n + n * n) { next in
            kernel.write(to: next.baseAddress!)
            for i in n..<n + n * n where next[i] != before[i] { return }
            try kernel.holdCovariance()
        }
    }

    private func setParameters(_ step: Int) throws {
        let (n, m) = (model.stateCount, model.emissionCount)
        func check(_ name: String, _ matrix: Matrix, _ rows: Int, _ columns: Int) throws {
            if matrix.rows != rows || matrix.columns != columns {
                throw LinearGaussianError.shape(
                    parameter: "\(name) of step \(step)",
                    found: "\(matrix.rows)x\(matrix.columns)", expected: "\(rows)x\(columns)")
            }
            if !matrix.isFinite { throw LinearGaussianError.notFinite(what: name, step: step) }
        }
        let (emission, emissionNoise) = (model.emission[step], model.emissionNoise[step])
        try check("emission", emission, m, n)
        try check("emissionNoise", emissionNoise, m, m)
        try locating(step: step, "emissionNoise") {
            try kernel.setEmission(emission, noise: emissionNoise)
        }
        if step == sequence.count - 1 { return }
        let (transition, noise) = (model.transition[step], model.transitionNoise[step])
        try check("transition", transition, n, n)
        try check("transitionNoise", noise, n, n)
        try locating(step: step, "transitionNoise") {
            try kernel.setTransition(transition, noise: noise)
        }
    }

    private mutating func update(_ step: Int) throws -> Double {
        let m = values.count
        var (count, changed) = (0, false)
        sequence.observations.withUnsafeElements { observations in
            for i in 0..<m where !observations[step &* m &+ i].isNaN {
                if count >= present.count || present[count] != i { changed = true }
                values[count] = observations[step &* m &+ i]
                count += 1
            }
        }
        if count != present.count || changed {
            findPresent(step)
            try present.withUnsafeBufferPointer { chosen in
                try locating(step: step, "the noise of the components observed") {
                    try kernel.select(chosen)
                }
            }
        }
        if count == 0 { return 0 }
        if model.emissionOffset != nil || model.emissionInput != nil {
            let offset = model.emissionShift(step, sequence.inputs?.row(step))
            for k in 0..<count { values[k] -= offset[present[k]] }
        }
        return try values.withUnsafeBufferPointer { observation in
            try locating(step: step, "the covariance of the innovation") {
                try kernel.update(observation)
            }
        }
    }

    private mutating func findPresent(_ step: Int) {
        let m = values.count
        present.removeAll(keepingCapacity: true)
        sequence.observations.withUnsafeElements { observations in
            for i in 0..<m where !observations[step &* m &+ i].isNaN { present.append(i) }
        }
    }

    private mutating func predict(_ step: Int) {
        if model.transitionOffset != nil || model.transitionInput != nil {
            shift = model.transitionShift(step, sequence.inputs?.row(step))
        }
        shift.withUnsafeBufferPointer { kernel.predict($0) }
    }
}

/// Runs a step of a recursion and says of what cannot be factored where it was.
@inline(__always)
func locating<Result>(step: Int, _ what: String, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch LinearAlgebraError.notPositiveDefinite(_, let value) {
        throw LinearGaussianError.notPositiveDefinite(what: what, step: step, value: value)
    } catch LinearAlgebraError.notFinite {
        throw LinearGaussianError.notFinite(what: what, step: step)
    }
}
