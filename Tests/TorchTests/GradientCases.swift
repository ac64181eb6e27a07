import OptimistTorch

private let other = Tensor64([0.7, -0.4, 1.2, 0.3, -1.1, 0.5], [2, 3])

/// Numbers from which a constant tensor is made where it is needed: tensors are not Sendable.
struct Tensor64: Sendable {
    var values: [Double]
    var shape: [Int]
    init(_ values: [Double], _ shape: [Int]) {
        self.values = values
        self.shape = shape
    }
    var tensor: Tensor { Tensor(values, shape: shape) }
}

let elementwiseCases: [GradientCase] = [
    GradientCase("abs", from: 0.1, to: 2) { -(-$0).abs() },
    GradientCase("exp") { $0.exp() },
    GradientCase("expm1") { $0.expm1() },
    GradientCase("log", from: 0.2, to: 3) { $0.log() },
    GradientCase("log1p", from: -0.8, to: 3) { $0.log1p() },
    GradientCase("log2", from: 0.2, to: 3) { $0.log2() },
    GradientCase("sqrt", from: 0.2, to: 3) { $0.sqrt() },
    GradientCase("reciprocalSquareRoot", from: 0.3, to: 3) { $0.reciprocalSquareRoot() },
    GradientCase("square") { $0.square() },
    GradientCase("reciprocal", from: 0.3, to: 3) { $0.reciprocal() },
    GradientCase("sin") { $0.sin() },
    GradientCase("cos") { $0.cos() },
    GradientCase("tan", from: -1, to: 1) { $0.tan() },
    GradientCase("asin", from: -0.9, to: 0.9) { $0.asin() },
    GradientCase("acos", from: -0.9, to: 0.9) { $0.acos() },
    GradientCase("atan") { $0.atan() },
    GradientCase("sinh") { $0.sinh() },
    GradientCase("cosh") { $0.cosh() },
    GradientCase("tanh") { $0.tanh() },
    GradientCase("asinh") { $0.asinh() },
    GradientCase("atanh", from: -0.9, to: 0.9) { $0.atanh() },
    GradientCase("erf") { $0.erf() },
    GradientCase("erfc") { $0.erfc() },
    GradientCase("erfinv", from: -0.8, to: 0.8) { $0.erfinv() },
    GradientCase("lgamma", from: 0.5, to: 4) { $0.lgamma() },
    GradientCase("digamma", from: 0.5, to: 4) { $0.digamma() },
    GradientCase("normalCDF") { $0.normalCDF() },
    GradientCase("logNormalCDF", from: -6, to: 2) { $0.logNormalCDF() },
    GradientCase("normalQuantile", from: 0.1, to: 0.9) { $0.normalQuantile() },
    GradientCase("sigmoid") { $0.sigmoid() },
    GradientCase("logSigmoid") { $0.logSigmoid() },
    GradientCase("softplus") { $0.softplus() },
    GradientCase("softplus far out", from: 19, to: 41) { $0.softplus() },
    GradientCase("relu", from: 0.1, to: 1) { $0.relu() - (-$0).relu() },
    GradientCase("silu") { $0.silu() },
    GradientCase("gelu") { $0.gelu() },
    GradientCase("elu", from: -2, to: -0.1) { $0.elu(alpha: 0.7) },
    GradientCase("softmax") { $0.softmax() },
    GradientCase("logSoftmax") { $0.logSoftmax(axis: 0) },
    GradientCase("negation") { -$0 },
    GradientCase("addition") { 1 + ($0 + other.tensor) + 2 },
    GradientCase("subtraction") { 1 - ($0 - other.tensor) - 2 },
    GradientCase("multiplication") { 2 * ($0 * other.tensor) * 0.5 },
    GradientCase("division", from: 0.5, to: 2) { (other.tensor / $0) / 3 + 2 / $0 },
    GradientCase("broadcast", [1, 3]) { $0 * other.tensor + $0 },
    GradientCase("pow", from: 0.3, to: 2) { $0.pow(2.5) + $0.pow(other.tensor) },
    GradientCase("pow of a number") { Tensor.pow(1.7, $0) },
    GradientCase("remainder", from: 0.1, to: 0.9) { $0.remainder(1) },
    GradientCase("maximum", from: 2, to: 3) { $0.maximum(other.tensor) + $0.maximum(0) },
    GradientCase("minimum", from: -3, to: -2) { $0.minimum(other.tensor) + $0.minimum(0) },
    GradientCase("clamped", from: 0.1, to: 0.9) { $0.clamped(0, 1) + ($0 * 4).clamped(5, 6) },
    GradientCase("clamped by tensors") { $0.clamped(other.tensor - 5, other.tensor + 5) },
    GradientCase("atan2", from: 0.2, to: 1) { Tensor.atan2($0, other.tensor) },
    GradientCase("logAddExp") { $0.logAddExp(other.tensor) },
    GradientCase("where") { Tensor.where(other.tensor .> 0, $0 * 2, $0.square()) },
    GradientCase("maskedFill") { $0.maskedFill(other.tensor .> 0, 3) * $0 },
]

let reductionCases: [GradientCase] = [
    GradientCase("sum") { $0.sum() },
    GradientCase("sum over an axis") { $0.sum(axis: 1, keepingDimensions: true) * $0 },
    GradientCase("mean") { $0.mean(axis: 0) },
    GradientCase("product", from: 0.5, to: 1.5) { $0.product() + $0.product(axis: 1).sum() },
    GradientCase("min") { $0.min(axis: 1) },
    GradientCase("max") { $0.max(axis: 0) },
    GradientCase("logSumExp") { $0.logSumExp(axis: -1) },
    GradientCase("logSumExp of all") { $0.logSumExp() },
    GradientCase("variance") { $0.variance(axis: 1) },
    GradientCase("variance, biased") { $0.variance(correction: 0) },
    GradientCase("standardDeviation") { $0.standardDeviation(axis: 0) },
    GradientCase("norm") { $0.norm(axes: [1]) },
    GradientCase("norm of order 3", from: 0.2, to: 1) { $0.norm(order: 3) },
    GradientCase("cumulativeSum") { $0.cumulativeSum(axis: 1) },
    GradientCase("cumulativeProduct", from: 0.5, to: 1.5) { $0.cumulativeProduct(axis: 0) },
    GradientCase("cumulativeLogSumExp") { $0.cumulativeLogSumExp(axis: 1) },
    GradientCase("sorted") { $0.sorted(descending: true).values },
    GradientCase("top") { $0.top(2).values },
]

let shapeCases: [GradientCase] = [
    GradientCase("reshaped") { $0.reshaped([3, 2]) },
    GradientCase("permuted") { $0.permuted([1, 0]) },
    GradientCase("transposed") { $0.transposed() },
    GradientCase("expanded", [2, 1]) { $0.expanded([4, 2, 3]) },
    GradientCase("unsqueezed and squeezed") { $0.unsqueezed(axis: 1).squeezed(axis: 1) },
    GradientCase("flattened") { $0.flattened() },
    GradientCase("flipped") { $0.flipped(axes: [0, 1]) },
    GradientCase("repeated") { $0.repeated([2, 2]) },
    GradientCase("repeatedElements") { $0.repeatedElements(3, axis: 1) },
    GradientCase("padded") { $0.padded(axis: 0, before: 1, after: 2, value: 5) },
    GradientCase("concatenated") { .concatenated([$0, other.tensor, $0.square()], axis: 1) },
    GradientCase("stacked") { .stacked([$0, other.tensor, $0.square()], axis: 1) },
    GradientCase("split") { $0.split(sizes: [1, 2])[1] },
    GradientCase("select") { $0[1] * $0[0, 2] },
    GradientCase("slice") { $0.slice(axis: 1, 0..<3, step: 2) },
    GradientCase("indexSelect") { $0.indexSelect(axis: 1, Tensor([2, 0, 2])) },
    GradientCase("gather") { $0.gather(axis: 1, Tensor([2, 2, 0, 1], shape: [2, 2])) },
    GradientCase("scatter") { $0.scatter(axis: 1, Tensor([2, 0], shape: [2, 1]), $0.square()) },
    GradientCase("scatterAdd") {
        $0.scatterAdd(axis: 1, Tensor([2, 0], shape: [2, 1]), $0.square())
    },
    GradientCase("indexAdd") { $0.indexAdd(axis: 0, Tensor([1, 1]), $0.square()) },
    GradientCase("maskedSelect") { $0.maskedSelect(other.tensor .> 0) },
    GradientCase("copy and conversion") { $0.copy().contiguous().to(.float64) },
]

/// A positive definite matrix that depends smoothly on any square one.
private func positive(_ x: Tensor) -> Tensor {
    x.matmul(x.transposed()) + Tensor.identity(x.size(axis: -1), type: .float64) * 0.5
}

let algebraCases: [GradientCase] = [
    GradientCase("matmul") { $0.matmul(other.tensor.transposed()) },
    GradientCase("matmul, batched", [2, 3, 4]) { $0.matmul($0.transposed()) },
    GradientCase("matmul with a bias", [3, 2]) { $0.matmul($0.transposed(), addedTo: $0[0, 0]) },
    GradientCase("matmul with a bias, batched", [2, 3, 3]) { $0.matmul($0, addedTo: $0) },
    GradientCase("einsum") { .einsum("ij,kj,k->ik", [$0, other.tensor, $0.sum(axis: 1)]) },
    GradientCase("cholesky", [2, 3, 3]) { positive($0).cholesky() },
    GradientCase("choleskySolve", [3, 3]) { positive($0).cholesky().choleskySolve($0) },
    GradientCase("triangularSolve", [3, 3]) {
        positive($0).cholesky().triangularSolve($0, upper: false)
    },
    GradientCase("solve", [3, 3]) { positive($0).solve($0) },
    GradientCase("inverse", [2, 2, 2]) { positive($0).inverse() },
    GradientCase("eigenvalues", [3, 3]) { positive($0).eigenDecomposition().values },
    GradientCase("eigenvectors up to sign", [3, 3]) {
        positive($0).eigenDecomposition().vectors.square()
    },
    GradientCase("singular values", [3, 2]) { $0.singularValueDecomposition().s },
    GradientCase("qr", [3, 2]) { $0.qrDecomposition().q * 2 },
    GradientCase("logDeterminant", [2, 3, 3]) { positive($0).logDeterminant().logarithm },
    GradientCase("diagonal", [3, 3]) { $0.diagonal().diagonalMatrix() + $0.trace() },
    GradientCase("triangles", [3, 3]) { $0.lowerTriangle() * 2 + $0.upperTriangle(offset: 1) },
]

private let kernel = Tensor64((0..<36).map { Double($0 % 7) / 5 - 0.6 }, [3, 2, 2, 3])

let networkCases: [GradientCase] = [
    GradientCase("linear") { $0.linear(weight: other.tensor, bias: $0.sum(axis: 1)) },
    GradientCase("convolution1D", [2, 2, 5]) {
        $0.convolution1D(
            weight: kernel.tensor.select(axis: 2, 0), bias: Tensor([0.1, 0.2, 0.3]), stride: 2,
            padding: 1)
    },
    GradientCase("convolution2D", [2, 2, 4, 5]) {
        $0.convolution2D(weight: kernel.tensor, stride: 2, padding: 1)
    },
    GradientCase("convolution2D by its weight", [3, 2, 2, 3]) {
        Tensor.ones([1, 2, 4, 5], type: .float64).convolution2D(weight: $0).square()
    },
    GradientCase("transposedConvolution1D", [1, 3, 4]) {
        $0.transposedConvolution1D(weight: kernel.tensor.select(axis: 2, 1), stride: 2)
    },
    GradientCase("transposedConvolution2D", [1, 3, 2, 3]) {
        $0.transposedConvolution2D(
            weight: kernel.tensor, bias: Tensor([0.1, -0.1]), stride: 2, padding: 1,
            outputPadding: 1)
    },
    GradientCase("layerNormalized") {
        $0.layerNormalized([3], gain: Tensor([1.0, 2, 3]), bias: $0[0])
    },
    GradientCase("gruCell by its input") {
        $0.gruCell(
            hidden: Tensor([0.1, -0.3, 0.5, 0.2], shape: [2, 2]),
            inputWeight: kernel.tensor.reshaped([12, 3])[0..<6],
            hiddenWeight: kernel.tensor.reshaped([18, 2])[3..<9],
            inputBias: Tensor([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]), hiddenBias: nil)
    },
    GradientCase("gruCell by its state", [2, 2]) {
        other.tensor.gruCell(
            hidden: $0, inputWeight: kernel.tensor.reshaped([12, 3])[0..<6],
            hiddenWeight: kernel.tensor.reshaped([18, 2])[3..<9], inputBias: nil,
            hiddenBias: $0.sum() * Tensor.ones([6], type: .float64))
    },
]
