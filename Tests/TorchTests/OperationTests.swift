import OptimistCore
import OptimistTorch
import Testing

/// Forward values against numbers worked out by hand.
@Suite struct OperationTests {
    let matrix = Tensor([1, 2, 3, 4, 5, 6] as [Double], shape: [2, 3])

    @Test func `arithmetic broadcasts`() {
        let row = Tensor([10.0, 20, 30])
        let column = Tensor([1.0, 2], shape: [2, 1])
        #expect((matrix + row).doubles() == [11, 22, 33, 14, 25, 36])
        #expect((matrix - column).doubles() == [0, 1, 2, 2, 3, 4])
        #expect((matrix * column).doubles() == [1, 2, 3, 8, 10, 12])
        #expect((matrix / row).doubles() == [0.1, 0.1, 0.1, 0.4, 0.25, 0.2])
        #expect((-matrix).doubles() == [-1, -2, -3, -4, -5, -6])
        #expect(Tensor.pow(2, Tensor([3.0, -1])).doubles() == [8, 0.5])
        #expect(Tensor([-7.0, 7]).remainder(3).doubles() == [2, 1])
        #expect(Tensor([-7.0, 7]).floorDivided(by: 2).doubles() == [-4, 3])
    }

    @Test func `comparisons and logic give masks`() {
        #expect((matrix .>= 4).booleans() == [false, false, false, true, true, true])
        let odd = matrix.remainder(2) .== 1
        let large = matrix .> 2
        #expect((odd .& large).booleans() == [false, false, true, false, true, false])
        #expect((.!(odd .| large)).booleans() == [false, true, false, false, false, false])
        #expect(matrix.maskedFill(odd, 0).doubles() == [0, 2, 0, 4, 0, 6])
        #expect(matrix.maskedSelect(odd).doubles() == [1, 3, 5])
        #expect(Tensor.where(odd, matrix, -matrix).doubles() == [1, -2, 3, -4, 5, -6])
        #expect(Tensor([1.0, .nan, .infinity]).isFinite().booleans() == [true, false, false])
    }

    @Test func `reductions take all axes, several or one`() {
        #expect(matrix.sum().item() == 21)
        #expect(matrix.sum(axis: 0).doubles() == [5, 7, 9])
        #expect(matrix.sum(axis: -1, keepingDimensions: true).shape == [2, 1])
        #expect(matrix.mean(axes: [0, 1]).item() == 3.5)
        #expect(matrix.variance().item() == 3.5)
        #expect(matrix.variance(axis: 1, correction: 0).doubles() == [2.0 / 3, 2.0 / 3])
        #expect(matrix.max(axis: 0).doubles() == [4, 5, 6])
        #expect(matrix.min().item() == 1)
        #expect(matrix.argmax(axis: 1).integers() == [2, 2])
        #expect(matrix.product(axis: 1).doubles() == [6, 120])
        #expect(matrix.product().item() == 720)
        #expect((matrix .> 5).any(axis: 1).booleans() == [false, true])
        #expect((matrix .> 0).all().booleans() == [true])
        #expect((matrix .> 3).sum().item() == 3)
        #expect(matrix.cumulativeSum(axis: 1).doubles() == [1, 3, 6, 4, 9, 15])
        #expect(Tensor([3.0, 4]).norm().item() == 5)
        let large = Tensor([1000.0, 1000]).logSumExp().item()
        #expect(Swift.abs(large - 1000.693147180560) < 1e-9)
    }

    @Test func `parts are selected by index, range and mask`() {
        #expect(matrix[1].doubles() == [4, 5, 6])
        #expect(matrix[-1, 0].item() == 4)
        #expect(matrix[0..<1].shape == [1, 3])
        #expect(matrix.slice(axis: 1, 0..<3, step: 2).doubles() == [1, 3, 4, 6])
        #expect(matrix.indexSelect(axis: 1, Tensor([2, 0])).doubles() == [3, 1, 6, 4])
        #expect(matrix.gather(axis: 1, Tensor([2, 0], shape: [2, 1])).doubles() == [3, 4])
        let zeros = Tensor.zeros([2, 3], type: .float64)
        let place = Tensor([1, 1], shape: [2, 1])
        let source = Tensor([7.0, 8], shape: [2, 1])
        #expect(zeros.scatter(axis: 1, place, source).doubles() == [0, 7, 0, 0, 8, 0])
        #expect(matrix.scatterAdd(axis: 1, place, source).doubles() == [1, 9, 3, 4, 13, 6])
        #expect((matrix .> 5).nonzero().integers() == [1, 2])
    }

    @Test func `shapes change and tensors join and part`() {
        #expect(matrix.reshaped([3, -1]).shape == [3, 2])
        #expect(matrix.permuted([1, 0]).doubles() == [1, 4, 2, 5, 3, 6])
        #expect(matrix.unsqueezed(axis: 1).shape == [2, 1, 3])
        #expect(matrix.unsqueezed(axis: 1).squeezed(axis: 1).shape == [2, 3])
        #expect(matrix.flattened().shape == [6])
        #expect(matrix.flipped(axes: [1]).doubles() == [3, 2, 1, 6, 5, 4])
        #expect(Tensor([1, 2]).repeated([2]).integers() == [1, 2, 1, 2])
        #expect(Tensor([1, 2]).repeatedElements(2, axis: 0).integers() == [1, 1, 2, 2])
        #expect(Tensor([1, 2]).padded(axis: 0, before: 1, after: 2).integers() == [0, 1, 2, 0, 0])
        #expect(Tensor.concatenated([matrix, matrix], axis: 1).shape == [2, 6])
        #expect(Tensor.stacked([matrix, matrix]).shape == [2, 2, 3])
        let parts = matrix.split(sizes: [1, 2])
        #expect(parts.map(\.shape) == [[2, 1], [2, 2]])
        let common = Tensor.broadcast([Tensor([1.0, 2], shape: [2, 1]), Tensor([1.0, 2, 3])])
        #expect(common.map(\.shape) == [[2, 3], [2, 3]])
        let (values, order) = Tensor([3.0, 1, 2]).sorted()
        #expect(values.doubles() == [1, 2, 3] && order.integers() == [1, 2, 0])
        #expect(Tensor([3.0, 1, 2]).top(2).values.doubles() == [3, 2])
    }

    @Test func `products, factorizations and solves agree`() {
        let a = Tensor([4.0, 2, 2, 3], shape: [2, 2])
        let b = Tensor([2.0, 1], shape: [2, 1])
        #expect(a.matmul(b).doubles() == [10, 7])
        #expect(Tensor.einsum("ij,ji->", [a, a]).item() == 33)
        let factor = a.cholesky()
        #expect(factor.matmul(factor.transposed()).isClose(to: a))
        #expect(factor.choleskySolve(b).isClose(to: a.solve(b)))
        #expect(a.matmul(a.solve(b)).isClose(to: b))
        #expect(factor.matmul(factor.triangularSolve(b, upper: false)).isClose(to: b))
        #expect(a.matmul(a.inverse()).isClose(to: Tensor.identity(2, type: .float64)))
        #expect(Swift.abs(a.logDeterminant().logarithm.item() - 2.0794415416798357) < 1e-12)
        let (values, vectors) = a.eigenDecomposition()
        #expect(
            vectors.matmul(values.diagonalMatrix()).matmul(vectors.transposed()).isClose(to: a))
        let (u, s, v) = matrix.singularValueDecomposition()
        #expect(u.matmul(s.diagonalMatrix()).matmul(v).isClose(to: matrix))
        let (q, r) = matrix.transposed().qrDecomposition()
        #expect(q.matmul(r).isClose(to: matrix.transposed()))
        #expect(a.trace().item() == 7)
        let both = Tensor.stacked([a, -a]).tryCholesky().isPositiveDefinite
        #expect(both.booleans() == [true, false])
    }

    @Test func `a softmax of few rows is that of many, with and without a gradient`() {
        var generator = Generator(seed: 12)
        let rows = Tensor.normal([700, 3], using: &generator) * 30
        rows[3, 1].assign(Tensor(-Double.infinity, type: .float32))
        let few = rows.slice(axis: 0, 0..<20)
        let exact = few.to(.float64)
        for (found, many, expected) in [
            (few.softmax(), rows.softmax(), exact.softmax()),
            (few.logSoftmax(), rows.logSoftmax(), exact.logSoftmax()),
        ] {
            #expect(found.isClose(to: many.slice(axis: 0, 0..<20), relative: 1e-5, absolute: 1e-7))
            #expect(
                found.isClose(to: expected.to(.float32), relative: 1e-5, absolute: 1e-7))
        }
        let leaf = few.copy().requiringGradient()
        #expect(leaf.logSoftmax().isClose(to: few.logSoftmax(), relative: 1e-5, absolute: 1e-6))
        let undefined = Tensor(
            [Float.nan, 1, .infinity, 0, -.infinity, -.infinity], shape: [3, 2])
        #expect(undefined.softmax().isNaN().all().item() == 1)
        #expect(few.transposed().softmax(axis: 0).transposed().isClose(to: few.softmax()))
    }

    @Test func `convolutions, normalization and recurrence give hand-computed values`() {
        let line = Tensor([1.0, 2, 3, 4], shape: [1, 1, 4])
        let kernel = Tensor([1.0, -1], shape: [1, 1, 2])
        #expect(line.convolution1D(weight: kernel).doubles() == [-1, -1, -1])
        #expect(
            line.transposedConvolution1D(weight: kernel, stride: 2).doubles()
                == [1, -1, 2, -2, 3, -3, 4, -4])
        let image = Tensor((1...9).map(Double.init), shape: [1, 1, 3, 3])
        let ones = Tensor.ones([1, 1, 2, 2], type: .float64)
        #expect(image.convolution2D(weight: ones).doubles() == [12, 16, 24, 28])
        #expect(image.convolution2D(weight: ones, stride: 2).shape == [1, 1, 1, 1])
        #expect(image.transposedConvolution2D(weight: ones, stride: 2).shape == [1, 1, 6, 6])
        let normalized = Tensor([1.0, 3]).layerNormalized([2], epsilon: 0)
        #expect(normalized.doubles() == [-1, 1])
        #expect(Tensor([0.0, 0]).softmax().doubles() == [0.5, 0.5])
        // All weights zero: r = z = 1/2, n = 0, so h' = h/2.
        let hidden = Tensor([1.0, -2], shape: [1, 2])
        let next = Tensor.zeros([1, 3], type: .float64).gruCell(
            hidden: hidden, inputWeight: .zeros([6, 3], type: .float64),
            hiddenWeight: .zeros([6, 2], type: .float64), inputBias: nil, hiddenBias: nil)
        #expect(next.doubles() == [0.5, -1])
    }
}
