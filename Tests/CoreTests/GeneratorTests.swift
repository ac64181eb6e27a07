import Foundation
import OptimistCore
import OptimistOracles
import Testing

@Suite struct GeneratorTests {
    @Test func `a position is 16 bytes of state and the stream goes on from it`() throws {
        #expect(MemoryLayout<Generator>.size == 16)
        var whole = Generator(seed: 7)
        let words = (0..<9).map { _ in whole.next() }
        var part = Generator(seed: 7)
        for _ in 0..<4 { _ = part.next() }
        var copy = part
        #expect((0..<5).map { _ in copy.next() } == Array(words[4...]))
        let saved = try JSONEncoder().encode(part)
        var restored = try JSONDecoder().decode(Generator.self, from: saved)
        #expect(restored == part)
        #expect((0..<5).map { _ in restored.next() } == Array(words[4...]))
    }

    /// Known answers of Random123's `kat_vectors` for philox4x32 with 10 rounds.
    @Test(
        arguments: [
            (
                [0, 0, 0, 0], [0, 0],
                [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]
            ),
            (
                [0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], [0xFFFF_FFFF, 0xFFFF_FFFF],
                [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]
            ),
            (
                [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], [0xA409_3822, 0x299F_31D0],
                [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]
            ),
        ] as [([UInt32], [UInt32], [UInt32])])
    func `the block function gives the published answers`(
        counter: [UInt32], key: [UInt32], answer: [UInt32]
    ) {
        let words = Philox.permute(
            (counter[0], counter[1], counter[2], counter[3]), (key[0], key[1]))
        #expect([words.0, words.1, words.2, words.3] == answer)
    }

    @Test func `a stream consists of the two halves of one block after another`() {
        var generator = Generator(seed: 3)
        let key = generator.key
        let halves = (
            UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)
        )
        for counter in 0..<3 {
            let words = Philox.permute((UInt32(counter), 0, 0, 0), halves)
            #expect(generator.next() == UInt64(words.1) << 32 | UInt64(words.0))
            #expect(generator.next() == UInt64(words.3) << 32 | UInt64(words.2))
        }
        #expect(generator.position == 6)
    }

    @Test func `splitting depends on the name alone, never on the position`() {
        var generator = Generator(seed: 11)
        let (name, index) = (generator.split("replay"), generator.split(4))
        for _ in 0..<5 { _ = generator.next() }
        #expect(generator.split("replay") == name && generator.split(4) == index)
        #expect(name.position == 0)
        let keys = [generator, name, index, generator.split("replay2"), generator.split(5)]
            .map(\.key)
        #expect(Set(keys).count == keys.count)
        #expect(Generator(seed: 12).split("replay") != name)
    }

    @Test func `streams of neighboring seeds and of splits are not correlated`() {
        // The correlation of n pairs of independent normals has standard error 1 / √n = 0.01.
        let count = 10_000
        func correlation(_ first: Generator, _ second: Generator) -> Double {
            var (left, right) = (first, second)
            return (0..<count).reduce(0) { sum, _ in sum + left.normal() * right.normal() }
                / Double(count)
        }
        let parent = Generator(seed: 1)
        #expect(abs(correlation(parent, Generator(seed: 2))) < 0.04)
        #expect(abs(correlation(parent, parent.split(0))) < 0.04)
        #expect(abs(correlation(parent.split(0), parent.split(1))) < 0.04)
        #expect(abs(correlation(parent.split("actor"), parent.split("critic"))) < 0.04)
    }
}
