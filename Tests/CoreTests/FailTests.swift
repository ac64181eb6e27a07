import OptimistCore
import Testing

@Suite struct FailTests {
    @Test func `a programmer error names the operation and the detail in every build`() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            fail("Matrix.product", "2x3 times 4x1")
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("Matrix.product: 2x3 times 4x1"))
    }

    @Test func `weights that are no law are refused by name`() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var generator = Generator(seed: 0)
            _ = generator.categorical([0, 0])
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("Generator.categorical: weights [0.0, 0.0]"))
    }

    @Test func `a mean of nothing is refused by name`() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Estimate(of: [])
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("Estimate.init(of:): there are no samples"))
    }
}
