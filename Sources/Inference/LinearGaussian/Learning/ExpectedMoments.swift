import OptimistLinearAlgebra

/// The expected second moments that EM's regressions need.
struct ExpectedMoments {
    var transition: RegressionMoments
    var emission: RegressionMoments
    var initial: InitialMoments

    init(_ model: LinearGaussianModel) {
        let width = model.stateCount + model.inputCount + 1
        transition = RegressionMoments(outputs: model.stateCount, width: width)
        emission = RegressionMoments(outputs: model.emissionCount, width: width)
        initial = InitialMoments(size: model.stateCount)
    }

    /// Adds a run's moments under the model; its log likelihood.
    mutating func add(
        _ sequence: LinearGaussianSequence, of model: LinearGaussianModel
    ) throws -> Double {
        let result = try model.smooth(sequence)
        let n = model.stateCount
        for step in 0..<sequence.count {
            let law = result.smoothed[step]
            let tail = (sequence.inputs?.row(step) ?? []) + [1]
            let regressor = law.mean + tail
            if step < sequence.count - 1 {
                let later = result.smoothed[step + 1]
                var cross = Matrix.outer(later.mean, regressor)
                cross.setBlock(
                    row: 0, column: 0,
                    cross.block(rows: 0..<n, columns: 0..<n)
                        + result.lagOneCovariances[step].transposed)
                transition.add(
                    later.covariance + .outer(later.mean, later.mean), cross, regressor,
                    law.covariance)
            }
            try addEmission(step, sequence, model, law, regressor)
        }
        if sequence.count > 0 { try addInitial(sequence, model, result) }
        return result.filter.logLikelihood
    }

    private mutating func addInitial(
        _ sequence: LinearGaussianSequence, _ model: LinearGaussianModel,
        _ result: KalmanSmootherResult
    ) throws {
        guard case .atTimeZero(let zero) = model.initial else {
            initial.add(result.smoothed[0])
            return
        }
        // One step further back: the transition that led to the first step counts, too.
        let step = try BackwardStep(
            model: model, step: -1, filtered: zero, next: result.filter.predicted[0])
        let (law, later) = (step.law(given: result.smoothed[0]), result.smoothed[0])
        initial.add(law)
        let regressor =
            law.mean + Array(repeating: 0, count: model.inputCount) + [1]
        var cross = Matrix.outer(later.mean, regressor)
        let n = model.stateCount
        cross.setBlock(
            row: 0, column: 0,
            cross.block(rows: 0..<n, columns: 0..<n)
                + (step.gain * later.covariance).transposed)
        transition.add(
            later.covariance + .outer(later.mean, later.mean), cross, regressor, law.covariance)
    }

    /// E[x zᵀ] and E[x xᵀ] with z = (s, a, 1): missing components given the state and the observed
    /// ones are H_m z + J (x_o − H_o z), J = D_mo D_oo⁻¹, with covariance D_mm − J D_om.
    private mutating func addEmission(
        _ step: Int, _ sequence: LinearGaussianSequence, _ model: LinearGaussianModel,
        _ law: GaussianMoments, _ regressor: [Double]
    ) throws {
        let observed = sequence.observed(step)
        if observed.isEmpty { return }
        let (n, m, width) = (model.stateCount, model.emissionCount, regressor.count)
        let missing = (0..<m).filter { !observed.contains($0) }
        var weights = Matrix(rows: m, columns: width)
        weights.setBlock(row: 0, column: 0, model.emission[step])
        if let input = model.emissionInput { weights.setBlock(row: 0, column: n, input[step]) }
        if let offset = model.emissionOffset {
            weights.setBlock(row: 0, column: width - 1, .column(offset[step]))
        }
        // x = fixed + map z + rest, with rest of covariance `spread`.
        var fixed = sequence.observations.row(step).map { $0.isNaN ? 0 : $0 }
        var map = Matrix(rows: m, columns: width)
        var spread = Matrix(rows: m, columns: m)
        if !missing.isEmpty {
            let noise = model.emissionNoise[step]
            func part(_ a: [Int], _ b: [Int]) -> Matrix {
                Matrix(rows: a.count, columns: b.count) { noise[a[$0], b[$1]] }
            }
            let pull = try locating(step: step, "emissionNoise") {
                try Cholesky(part(observed, observed)).solution(part(observed, missing)).transposed
            }
            let rest = part(missing, missing) - pull * part(observed, missing)
            for (row, i) in missing.enumerated() {
                for k in 0..<width { map[i, k] = weights[i, k] }
                for (column, o) in observed.enumerated() {
                    fixed[i] += pull[row, column] * fixed[o]
                    for k in 0..<width { map[i, k] -= pull[row, column] * weights[o, k] }
                }
                for (column, j) in missing.enumerated() { spread[i, j] = rest[row, column] }
            }
        }
        var second = Matrix.outer(regressor, regressor)
        second.setBlock(
            row: 0, column: 0, second.block(rows: 0..<n, columns: 0..<n) + law.covariance)
        let mapped = map * second
        let shifted = Matrix.outer(fixed, map * regressor)
        emission.add(
            .outer(fixed, fixed) + shifted + shifted.transposed + mapped.timesTransposed(map)
                + spread,
            .outer(fixed, regressor) + mapped, regressor, law.covariance)
    }
}

/// The moments of initial states over runs.
struct InitialMoments {
    private var count = 0.0
    private var mean: [Double]
    private var second: Matrix

    init(size: Int) {
        mean = Array(repeating: 0, count: size)
        second = Matrix(rows: size, columns: size)
    }

    mutating func add(_ law: GaussianMoments) {
        count += 1
        OptimistLinearAlgebra.add(law.mean, times: 1, to: &mean)
        second += law.covariance + .outer(law.mean, law.mean)
    }

    /// The mean over runs, and the mean of E[(s − m)(s − m)ᵀ] around the mean that is then in place.
    func maximize(
        _ model: inout LinearGaussianModel, _ free: Set<ParameterBlock>, _ floor: Double
    ) throws {
        if free.contains(.initialMean) {
            model.setValue(mean.map { $0 / count }, of: .initialMean)
        }
        if free.contains(.initialCovariance), let law = model.initialLaw {
            let cross = Matrix.outer(mean, law.mean)
            var covariance = second - cross - cross.transposed + count * .outer(law.mean, law.mean)
            covariance *= 1 / count
            covariance.addToDiagonal(floor)
            model.setValue(covariance.symmetrized.elements, of: .initialCovariance)
        }
    }
}
