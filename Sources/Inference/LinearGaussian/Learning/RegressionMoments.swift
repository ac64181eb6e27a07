import OptimistLinearAlgebra

/// Moments of a regression y = W z + noise with z = (s, a, 1), in expectation.
struct RegressionMoments {
    private var count = 0.0
    private var outputs: Matrix
    private var cross: Matrix
    private var inputs: Matrix

    /// Which blocks the columns of W are.
    struct Blocks {
        let matrix: ParameterBlock
        let input: ParameterBlock
        let offset: ParameterBlock
    }

    init(outputs: Int, width: Int) {
        self.outputs = Matrix(rows: outputs, columns: outputs)
        cross = Matrix(rows: outputs, columns: width)
        inputs = Matrix(rows: width, columns: width)
    }

    /// Adds E[y yᵀ], E[y zᵀ], and E[z zᵀ] from the mean of z and the covariance of its state.
    mutating func add(
        _ second: Matrix, _ cross: Matrix, _ regressor: [Double], _ covariance: Matrix
    ) {
        count += 1
        outputs += second
        self.cross += cross
        inputs += .outer(regressor, regressor)
        for i in 0..<covariance.rows {
            for j in 0..<covariance.columns { inputs[i, j] += covariance[i, j] }
        }
    }

    /// Replaces the free blocks by their best values given the frozen ones, then the noise.
    func maximize(
        _ model: inout LinearGaussianModel, _ blocks: Blocks, noise: ParameterBlock,
        structure: CovarianceStructure, _ settings: ExpectationMaximization
    ) throws {
        if count == 0 { return }
        let (n, k) = (model.stateCount, model.inputCount)
        let columns: [(block: ParameterBlock, range: Range<Int>)] = [
            (blocks.matrix, 0..<n), (blocks.input, n..<n + k), (blocks.offset, n + k..<n + k + 1),
        ]
        var weights = Matrix(rows: outputs.rows, columns: inputs.rows)
        var free: [Int] = []
        for (block, range) in columns {
            let numbers = model.value(of: block)
            if numbers.isEmpty { continue }
            weights.setBlock(
                row: 0, column: range.lowerBound,
                Matrix(rows: outputs.rows, columns: range.count, numbers))
            if settings.free.contains(block) { free += range }
        }
        if !free.isEmpty {
            // W_f = (E[y z_fᵀ] − W_k E[z_k z_fᵀ]) E[z_f z_fᵀ]⁻¹.
            for column in free {
                for row in 0..<weights.rows { weights[row, column] = 0 }
            }
            let left = cross - weights * inputs
            let target = Matrix(rows: free.count, columns: weights.rows) { left[$1, free[$0]] }
            let gram = Matrix(rows: free.count, columns: free.count) { inputs[free[$0], free[$1]] }
            let solution = try positiveSolution(gram, target)
            for (i, column) in free.enumerated() {
                for row in 0..<weights.rows { weights[row, column] = solution[i, row] }
            }
            for (block, range) in columns where settings.free.contains(block) {
                model.setValue(
                    weights.block(rows: 0..<weights.rows, columns: range).elements, of: block)
            }
        }
        if settings.free.contains(noise) {
            let covariance = residual(weights, structure, settings)
            model.setValue(covariance.elements, of: noise)
        }
    }

    /// E[(y − W z)(y − W z)ᵀ] / count, or the mode under the prior, in its structure.
    private func residual(
        _ weights: Matrix, _ structure: CovarianceStructure, _ settings: ExpectationMaximization
    ) -> Matrix {
        let product = weights.timesTransposed(cross)
        var result =
            outputs - product - product.transposed + (weights * inputs).timesTransposed(weights)
        let size = result.rows
        var total = count
        if let prior = settings.noisePrior {
            result.addToDiagonal(prior.scale)
            total += prior.degreesOfFreedom + Double(size) + 1
        }
        result *= 1 / total
        result.symmetrize()
        switch structure {
        case .full: break
        case .diagonal: result = .diagonal(result.diagonal)
        case .isotropic: result = result.trace / Double(size) * .identity(size)
        }
        result.addToDiagonal(settings.varianceFloor)
        return result
    }
}
