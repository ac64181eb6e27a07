import OptimistCore
import OptimistTorch
import Testing

@Suite struct TensorTests {
    @Test func `arrays keep their type, shape and elements`() {
        let floats = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
        #expect(floats.elementType == .float32)
        #expect(floats.shape == [2, 3])
        #expect(floats.floats() == [1, 2, 3, 4, 5, 6])
        #expect(Tensor([1.5, -2]).elementType == .float64)
        #expect(Tensor([1, -2]).integers() == [1, -2])
        #expect(Tensor([7, 255] as [UInt8]).bytes() == [7, 255])
        #expect(Tensor([true, false]).booleans() == [true, false])
        #expect(Tensor(2.5).item() == 2.5)
        #expect(Tensor(2.5).shape == [])
        #expect(Tensor([Float]()).count == 0)
        #expect(Tensor([Float]()).floats() == [])
        #expect(
            [1, 2, 3].withUnsafeBytes {
                Tensor(bytes: $0, shape: [3, 1], type: .int64).integers()
            } == [1, 2, 3])
    }

    @Test func `created tensors hold what their names say`() {
        #expect(Tensor.zeros([2]).floats() == [0, 0])
        #expect(Tensor.ones([1, 2], type: .int64).integers() == [1, 1])
        #expect(Tensor.full([2], -3, type: .float64).doubles() == [-3, -3])
        #expect(Tensor.arange(4).integers() == [0, 1, 2, 3])
        #expect(Tensor.arange(from: 1, to: 2, by: 0.5).floats() == [1, 1.5])
        #expect(Tensor.linearlySpaced(from: 0, to: 1, count: 3).floats() == [0, 0.5, 1])
        #expect(Tensor.identity(2).floats() == [1, 0, 0, 1])
        #expect(Tensor.zeros(like: Tensor([1, 2])).integers() == [0, 0])
        #expect(Tensor([1, 0]).oneHot(classes: 3).floats() == [0, 1, 0, 1, 0, 0])
    }

    @Test func `a number never changes the element type`() {
        #expect((Tensor([1, 2]) + 1).integers() == [2, 3])
        #expect((Tensor([1, 2]) * 3).elementType == .int64)
        #expect((Tensor([1, 2]) / 2).floats() == [0.5, 1])
        #expect((Tensor([1, 2]) .> 1.5).booleans() == [false, true])
        #expect((2 - Tensor([1.0, 4.0])).doubles() == [1, -2])
        #expect((2 / Tensor([1.0, 4.0])).doubles() == [2, 0.5])
    }

    @Test func `a view shares memory and a copy does not`() {
        let base = Tensor.zeros([2, 3])
        let copy = base.copy()
        base[1].fill(5)
        base.slice(axis: 1, 0..<1).assign(Tensor([8, 9] as [Float], shape: [2, 1]))
        #expect(base.floats() == [8, 0, 0, 9, 5, 5])
        #expect(copy.floats() == [0, 0, 0, 0, 0, 0])
        base.accumulate(Tensor.ones([2, 3]), scale: -1)
        base.scale(by: 2)
        #expect(base.floats() == [14, -2, -2, 16, 8, 8])
        base.interpolate(toward: Tensor.zeros([2, 3]), weight: 0.5)
        #expect(base.floats() == [7, -1, -1, 8, 4, 4])
        base.assign([1, 2, 3, 4, 5, 6] as [Float])
        #expect(base.transposed().floats() == [1, 4, 2, 5, 3, 6])
    }

    @Test func `a failing operation names itself and the shapes of its inputs`() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Tensor.zeros([2, 3]).matmul(Tensor.zeros([4, 5]))
        }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("Tensor.matmul"))
        #expect(message.contains("float32[2, 3], float32[4, 5]"))
    }

    @Test func `versions agree and a mismatch carries both`() throws {
        try Engine.check()
        #expect(Engine.versions.header.hasPrefix("2.13"))
        #expect(throws: EngineError.versionMismatch(header: "2.13.0", library: "2.12.1")) {
            try Engine.check(header: "2.13.0", library: "2.12.1")
        }
    }
}
