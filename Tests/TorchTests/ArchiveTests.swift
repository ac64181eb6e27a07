import Foundation
import OptimistCore
import OptimistTorch
import Testing

/// A path in the temporary folder that vanishes with the value.
final class TemporaryFile {
    let path: String

    init(_ name: String = "file.safetensors") {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "optimist-\(UUID().uuidString)")
        try! FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: name).path
    }

    var folder: String { (path as NSString).deletingLastPathComponent }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}

@Suite struct ArchiveTests {
    struct Settings: Codable, Equatable {
        var rate = 0.1
        var limit = Double.infinity
        var name = "ein \"Name\" \\ with é and 𝄞\n"
        var generator = Generator(seed: 3)
    }

    @Test func `tensors and values come back exactly and in order`() throws {
        let file = TemporaryFile()
        let archive = Archive()
        archive.store(Tensor([0.1, -.infinity, .leastNonzeroMagnitude]), as: "doubles")
        let agent = archive.scope("agent")
        agent.store(Tensor([1, 2, 3, 4] as [Float], shape: [2, 2]).transposed(), as: "floats")
        agent.store(Tensor([Int.min, Int.max]), as: "integers")
        agent.store(Tensor([UInt8.max], shape: [1, 1]), as: "bytes")
        agent.scope("deep").store(Tensor([true, false, true]), as: "masks")
        agent.store(Tensor.zeros([0, 3]), as: "empty")
        agent.store(Tensor(7), as: "number")
        archive.store(UInt64.max, as: "key")
        agent.store(Settings(), as: "settings")
        archive.store(-0.1, as: "value")
        try archive.write(to: file.path)

        let read = try Archive(contentsOf: file.path)
        #expect(read.names == archive.names)
        #expect(read.scope("agent").names.first == "floats")
        #expect(try read.tensor("doubles").doubles() == [0.1, -.infinity, .leastNonzeroMagnitude])
        let part = read.scope("agent")
        #expect(try part.tensor("floats").floats() == [1, 3, 2, 4])
        #expect(try part.tensor("integers").integers() == [Int.min, Int.max])
        #expect(try part.tensor("bytes").bytes() == [255])
        #expect(try part.tensor("deep.masks").booleans() == [true, false, true])
        #expect(try part.tensor("empty").shape == [0, 3])
        #expect(try part.tensor("number").shape == [])
        #expect(try read.value("key", as: UInt64.self) == UInt64.max)
        #expect(try part.value("settings", as: Settings.self) == Settings())
        #expect(try read.value("value", as: Double.self) == -0.1)
        #expect(read.contains("agent.deep.masks") && !read.contains("masks"))
    }

    @Test func `a stored tensor does not change with the original`() throws {
        let tensor = Tensor([1.0])
        let archive = Archive()
        archive.store(tensor, as: "t")
        tensor.fill(2)
        #expect(try archive.tensor("t").item() == 1)
    }

    @Test func `equal archives are equal files and nothing is left beside them`() throws {
        let file = TemporaryFile()
        func write() throws -> Data {
            let archive = Archive()
            archive.store(Tensor([1.0, 2]), as: "a")
            archive.store(["z": 1, "a": 2, "k": 3], as: "v")
            try archive.write(to: file.path)
            return try Data(contentsOf: URL(filePath: file.path))
        }
        #expect(try write() == write())
        #expect(try FileManager.default.contentsOfDirectory(atPath: file.folder).count == 1)
    }

    @Test func `what is missing or different is named`() throws {
        let file = TemporaryFile()
        let archive = Archive()
        archive.store(Tensor([1.0, 2]), as: "layer.weight")
        archive.store("text", as: "layer.name")
        try archive.write(to: file.path)
        let layer = try Archive(contentsOf: file.path).scope("layer")
        #expect(throws: ArchiveError.missing(file: file.path, name: "layer.bias")) {
            try layer.tensor("bias")
        }
        #expect(throws: ArchiveError.missing(file: file.path, name: "layer.weight")) {
            try layer.value("weight", as: Int.self)
        }
        #expect(
            throws: ArchiveError.mismatch(
                file: file.path, tensor: "layer.weight", expected: "float32[2]",
                found: "float64[2]")
        ) {
            try layer.tensor("weight", like: .zeros([2]))
        }
        #expect(
            throws: ArchiveError.invalidValue(
                file: file.path, name: "layer.name", reason: "it is not a Int")
        ) {
            try layer.value("name", as: Int.self)
        }
    }

    @Test func `a module is loaded whole or not at all`() throws {
        var generator = Generator(seed: 4)
        let small = MultilayerPerceptron(sizes: [2, 3, 1], using: &generator)
        let other = MultilayerPerceptron(sizes: [2, 3, 2], using: &generator)
        let archive = Archive()
        other.save(to: archive)
        let before = small.parameters[0].tensor.floats()
        #expect(throws: ArchiveError.self) { try small.load(from: archive) }
        #expect(small.parameters[0].tensor.floats() == before)
    }

    @Test func `files of another format or none are refused`() throws {
        let file = TemporaryFile()
        try SafetensorsFile.write(
            .init(tensors: [], metadata: [("optimist.format", "2")]), to: file.path)
        #expect(
            throws: ArchiveError.wrongFormat(file: file.path, found: "2", supported: 1)
        ) { try Archive(contentsOf: file.path) }
        try SafetensorsFile.write(.init(tensors: []), to: file.path)
        #expect(
            throws: ArchiveError.wrongFormat(file: file.path, found: "unknown", supported: 1)
        ) { try Archive(contentsOf: file.path) }
    }

    @Test func `half and brain floats become single precision`() throws {
        let file = TemporaryFile()
        let header =
            #"{"h":{"dtype":"F16","shape":[3],"data_offsets":[4,10]},"#
            + #""b":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}"#
        // Brain floats 1.5 and −2; half floats 1.5, −65504 and the smallest one.
        let bytes: [UInt8] = [
            0xC0, 0x3F, 0x00, 0xC0, 0x00, 0x3E, 0xFF, 0xFB, 0x01, 0x00,
        ]
        let length = [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0]
        try Data(length + Array(header.utf8) + bytes).write(to: URL(filePath: file.path))
        let tensors = try SafetensorsFile.read(file.path).tensors
        #expect(tensors.map(\.name) == ["h", "b"])
        #expect(tensors.map(\.tensor.elementType) == [.float32, .float32])
        #expect(tensors[0].tensor.floats() == [1.5, -65504, 0x1p-24])
        #expect(tensors[1].tensor.floats() == [1.5, -2])
    }

    @Test func `places that cannot be read or written are named with the reason`() {
        let file = TemporaryFile()
        #expect(
            throws: ArchiveError.unreadable(
                file: file.path, reason: "No such file or directory")
        ) { try Archive(contentsOf: file.path) }
        #expect(
            throws: ArchiveError.unreadable(
                file: file.folder, reason: "it is not a regular file")
        ) { try Archive(contentsOf: file.folder) }
        let nowhere = file.folder + "/none/file"
        #expect(
            throws: ArchiveError.unwritable(file: nowhere, reason: "No such file or directory")
        ) { try Archive().write(to: nowhere) }
    }
}
