import OptimistCore
import Testing

@Suite struct GeneratorTests {
    @Test func `a position is 16 bytes of state and the stream goes on from it`() {
        var whole = Generator(seed: 7)
        let words = (0..<9).map { _ in whole.next() }
        var part = Generator(seed: 7)
        for _ in 0..<4 { _ = part.next() }
        var copy = part
        #expect((0..<5).map { _ in copy.next() } == Array(words[4...]))
    }
}
