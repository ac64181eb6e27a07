import Foundation
import OptimistCore
import OptimistReports
import Testing

@Suite struct TensorBoardWriterTests {
    private static let hasTensorBoard = Python.has("tensorboard")

    private func write(to path: String) throws -> TensorBoardWriter {
        let writer = try TensorBoardWriter(path: path, wallTime: 1_700_000_000)
        try writer.write(Records.episode(1))
        try writer.write(Records.learning(2))
        try writer.write(Records.notice("not deterministic"))
        try writer.flush()
        return writer
    }

    @Test func `the file's name names no host`() {
        #expect(
            TensorBoardWriter.fileName(startingAt: 1_700_000_000.9)
                == "events.out.tfevents.1700000000.optimist")
    }

    @Test func `frames hold lengths and checksums, and the first the version`() throws {
        let folder = try TemporaryFolder()
        _ = try write(to: folder.file("e"))
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder.file("e"))))
        let frames = try Frames.decode(bytes)
        #expect(frames.count == 5)
        // Event: wall_time = 1 (double), step = 2 (varint), file_version = 3 (text).
        let wallTime = withUnsafeBytes(of: (1.7e9).bitPattern.littleEndian) { Array($0) }
        #expect(frames[0] == [9] + wallTime + [16, 0, 26, 13] + Array("brain.Event:2".utf8))
        let tag = Array("episode/return".utf8)
        let value = withUnsafeBytes(of: Float(-99.5).bitPattern.littleEndian) { Array($0) }
        let scalar = [10, UInt8(tag.count)] + tag + [21] + value
        #expect(frames[2].firstRange(of: [10, UInt8(scalar.count)] + scalar) != nil)
    }

    @Test func `a resumed file equals one never stopped`() throws {
        let folder = try TemporaryFolder()
        let whole = try write(to: folder.file("whole"))
        var writer = try write(to: folder.file("part"))
        let position = writer.position
        #expect(position == whole.position)
        try writer.write(Records.learning(9))
        try writer.flush()
        writer = try TensorBoardWriter(
            path: folder.file("part"), wallTime: 0, resumingAt: position)
        try writer.flush()
        let bytes = try Data(contentsOf: URL(filePath: folder.file("part")))
        #expect(try bytes == Data(contentsOf: URL(filePath: folder.file("whole"))))
    }

    @Test(.enabled(if: hasTensorBoard, "no Python with the package tensorboard"))
    func `the package tensorboard reads what was written`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file(TensorBoardWriter.fileName(startingAt: 1_700_000_000))
        var writer = try write(to: path)
        try writer.write(Records.learning(3))
        let position = writer.position
        try writer.write(Records.learning(99))
        try writer.flush()
        writer = try TensorBoardWriter(path: path, wallTime: 0, resumingAt: position)
        try writer.write(Records.learning(4, loss: .nan))
        try writer.flush()
        let result = try Python.run(TensorBoardWriterTests.reader, [folder.path])
        #expect(result.status == 0)
        let read = try JSONDecoder().decode(Read.self, from: result.output)
        #expect(read.version == 2)
        #expect(read.scalars["episode/return"] == [[1_700_000_001.25, 200, -99.5]])
        #expect(read.scalars["learning/bound/reward"]?.map { $0[1] } == [400, 600, 800])
        #expect(read.scalars["learning/bound/total"]?.map { $0[2] } == [-1.75, -1.75, -1.75])
        #expect(read.nans == ["learning/critic/loss"])
        #expect(read.texts["notice/message"] == ["not deterministic"])
        #expect(
            read.texts["run"] == ["sac-pendulum-0, attempt 1", "sac-pendulum-0, attempt 1"])
    }

    private struct Read: Decodable {
        var version: Double
        var scalars: [String: [[Double]]]
        var nans: [String]
        var texts: [String: [String]]
    }

    private static let reader = """
        import json, math, sys
        from tensorboard.backend.event_processing import event_accumulator
        events = event_accumulator.EventAccumulator(sys.argv[1])
        events.Reload()
        scalars, nans, texts = {}, [], {}
        for tag in events.Tags()["scalars"]:
            rows = [[e.wall_time, e.step, e.value] for e in events.Scalars(tag)]
            if any(math.isnan(row[2]) for row in rows):
                nans.append(tag)
            else:
                scalars[tag] = rows
        for tag in events.Tags()["tensors"]:
            texts[tag] = [e.tensor_proto.string_val[0].decode() for e in events.Tensors(tag)]
        print(json.dumps({"version": events.file_version, "scalars": scalars, "nans": nans,
                          "texts": texts}))
        """
}

/// Decodes the framing of event files with a checksum computed bit by bit.
private enum Frames {
    struct Damaged: Error {}

    static func decode(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var frames: [[UInt8]] = []
        var offset = 0
        while offset < bytes.count {
            let header = Array(bytes[offset..<(offset + 8)])
            let count = header.reversed().reduce(0) { $0 << 8 | Int($1) }
            let content = Array(bytes[(offset + 12)..<(offset + 12 + count)])
            let sums = [offset + 8, offset + 12 + count].map { start in
                bytes[start..<(start + 4)].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            }
            guard sums == [masked(header), masked(content)] else { throw Damaged() }
            frames.append(content)
            offset += 16 + count
        }
        return frames
    }

    private static func masked(_ bytes: [UInt8]) -> UInt32 {
        let sum = bitwise(bytes)
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }

    static func bitwise(_ bytes: [UInt8]) -> UInt32 {
        var register: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 {
                register = register & 1 == 1 ? register >> 1 ^ 0x82F6_3B78 : register >> 1
            }
        }
        return ~register
    }
}
