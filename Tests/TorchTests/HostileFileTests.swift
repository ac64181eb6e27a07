import Foundation
import OptimistTorch
import Testing

/// A header that no honest program writes, and what is said of it.
struct HostileHeader: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var header: String
    var dataLength: Int
    var error: @Sendable (String) -> ArchiveError

    init(
        _ name: String, _ header: String, data: Int = 0,
        _ error: @escaping @Sendable (String) -> ArchiveError
    ) {
        testDescription = name
        self.header = header
        dataLength = data
        self.error = error
    }

    /// A header with one tensor `t`.
    init(
        _ name: String, type: String = "F32", shape: String, offsets: String, data: Int,
        _ error: @escaping @Sendable (String) -> ArchiveError
    ) {
        self.init(
            name,
            #"{"t":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}}"#,
            data: data, error)
    }
}

private func syntax(_ offset: Int, _ reason: String) -> @Sendable (String) -> ArchiveError {
    { .invalidHeader(file: $0, offset: offset, reason: reason) }
}

private let one = #"{"dtype":"U8","shape":[1],"data_offsets":"#

private let hostileHeaders: [HostileHeader] = [
    HostileHeader("empty", "", syntax(0, "a value is missing")),
    HostileHeader("a list", "[]", syntax(0, "it is not an object")),
    HostileHeader("blanks before", "  {}", syntax(0, "it is not an object")),
    HostileHeader("text after the end", "{} x", syntax(3, "text after the end")),
    HostileHeader("no end", #"{"a":"#, syntax(5, "a value is missing")),
    HostileHeader("no colon", #"{"a" 1}"#, syntax(5, "':' is missing")),
    HostileHeader("comma at the end", #"{"a":[1,]}"#, syntax(8, "a value is missing")),
    HostileHeader("unknown word", #"{"a":true}"#, syntax(5, "a value is missing")),
    HostileHeader("fraction", #"{"a":1.5}"#, syntax(6, "a number that is not an integer")),
    HostileHeader("leading zero", #"{"a":01}"#, syntax(5, "'01' is not a 64-bit integer")),
    HostileHeader(
        "number beyond 64 bits", #"{"a":99999999999999999999}"#,
        syntax(5, "'99999999999999999999' is not a 64-bit integer")),
    HostileHeader(
        "control character", "{\"a\u{1}\":1}", syntax(4, "a control character in a text")),
    HostileHeader("unknown escape", #"{"\x":1}"#, syntax(4, "an unknown escape")),
    HostileHeader("half a pair", #"{"\ud800":1}"#, syntax(8, "'\\' is missing")),
    HostileHeader("lone second half", #"{"\udc00":1}"#, syntax(8, "half a surrogate pair")),
    HostileHeader(
        "deep nesting", #"{"a":"# + String(repeating: "[", count: 100_000),
        syntax(12, "nested too deep")),
    HostileHeader("duplicate key", #"{"a":1,"a":2}"#) { .duplicateName(file: $0, name: "a") },
    HostileHeader("duplicate key, escaped", #"{"a":1,"\u0061":2}"#) {
        .duplicateName(file: $0, name: "a")
    },
    HostileHeader(
        "a tensor that is a number", #"{"t":1}"#, syntax(0, "the tensor 't' is not an object")),
    HostileHeader(
        "a key missing", #"{"t":{"dtype":"F32","shape":[]}}"#,
        syntax(0, "the tensor 't' does not have just the keys dtype, shape and data_offsets")),
    HostileHeader(
        "a key more", #"{"t":{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":1}}"#, data: 4,
        syntax(0, "the tensor 't' does not have just the keys dtype, shape and data_offsets")),
    HostileHeader(
        "metadata that is a list", #"{"__metadata__":[]}"#
    ) { .invalidValue(file: $0, name: "__metadata__", reason: "it is not an object") },
    HostileHeader("metadata that is a number", #"{"__metadata__":{"k":1}}"#) {
        .invalidValue(file: $0, name: "k", reason: "metadata is not a text")
    },
    HostileHeader("unknown type", type: "F8", shape: "[4]", offsets: "[0,4]", data: 4) {
        .unknownType(file: $0, tensor: "t", type: "F8")
    },
    HostileHeader(
        "a shape that is a text", type: "F32", shape: #""4""#, offsets: "[0,4]", data: 4,
        syntax(0, "the tensor 't' has a shape that is not a list of integers")),
    HostileHeader(
        "three offsets", shape: "[1]", offsets: "[0,4,8]", data: 4,
        syntax(0, "the tensor 't' has data_offsets that are not two integers")),
    HostileHeader("negative size", shape: "[-1]", offsets: "[0,4]", data: 4) {
        .invalidShape(file: $0, tensor: "t", reason: "the size -1")
    },
    HostileHeader(
        "sizes that overflow", shape: "[4294967296,4294967296]", offsets: "[0,0]", data: 0
    ) {
        .invalidShape(
            file: $0, tensor: "t", reason: "[4294967296, 4294967296] is too large")
    },
    HostileHeader(
        "sizes that overflow beside a zero", shape: "[0,4611686018427387904,4]",
        offsets: "[0,0]", data: 0
    ) {
        .invalidShape(
            file: $0, tensor: "t", reason: "[0, 4611686018427387904, 4] is too large")
    },
    HostileHeader(
        "too many axes", shape: "[\(Array(repeating: "1", count: 65).joined(separator: ","))]",
        offsets: "[0,4]", data: 4
    ) { .invalidShape(file: $0, tensor: "t", reason: "65 axes are too many") },
    HostileHeader("range beyond the file", shape: "[2]", offsets: "[0,8]", data: 4) {
        .invalidRange(file: $0, tensor: "t", from: 0, to: 8)
    },
    HostileHeader("range before the file", shape: "[1]", offsets: "[-4,0]", data: 4) {
        .invalidRange(file: $0, tensor: "t", from: -4, to: 0)
    },
    HostileHeader("reversed range", shape: "[1]", offsets: "[4,0]", data: 4) {
        .invalidRange(file: $0, tensor: "t", from: 4, to: 0)
    },
    HostileHeader("range of another size", shape: "[1]", offsets: "[0,8]", data: 8) {
        .wrongSize(file: $0, tensor: "t", expected: 4, found: 8)
    },
    HostileHeader("overlap", "{\"a\":\(one)[0,1]},\"b\":\(one)[0,1]}}", data: 1) {
        .misplaced(file: $0, tensor: "b", from: 0, expected: 1)
    },
    HostileHeader("gap", "{\"a\":\(one)[0,1]},\"b\":\(one)[2,3]}}", data: 3) {
        .misplaced(file: $0, tensor: "b", from: 2, expected: 1)
    },
    HostileHeader("bytes left over", "{\"a\":\(one)[0,1]}}", data: 3) {
        .wrongLength(file: $0, expected: 1, found: 3)
    },
]

@Suite struct HostileFileTests {
    private func write(_ bytes: [UInt8], to file: TemporaryFile) throws {
        try Data(bytes).write(to: URL(filePath: file.path))
    }

    private func length(_ count: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    }

    @Test(arguments: hostileHeaders)
    func `a hostile header is refused with what and where`(_ hostile: HostileHeader) throws {
        let file = TemporaryFile()
        let header = Array(hostile.header.utf8)
        let data = [UInt8](repeating: 1, count: hostile.dataLength)
        try write(length(UInt64(header.count)) + header + data, to: file)
        let expected = hostile.error(file.path)
        #expect(throws: expected) { try SafetensorsFile.read(file.path) }
        #expect(expected.description.contains(file.path))
        #expect(expected.description.contains("again"))
    }

    @Test func `lengths that do not fit the file are refused`() throws {
        let file = TemporaryFile()
        try write([1, 2, 3], to: file)
        #expect(throws: ArchiveError.wrongLength(file: file.path, expected: 8, found: 3)) {
            try SafetensorsFile.read(file.path)
        }
        try write(length(100) + Array("{}".utf8), to: file)
        #expect(throws: ArchiveError.wrongLength(file: file.path, expected: 108, found: 10)) {
            try SafetensorsFile.read(file.path)
        }
        try write(length(.max) + Array("{}".utf8), to: file)
        #expect(
            throws: ArchiveError.headerTooLong(
                file: file.path, length: .max, limit: 100_000_000)
        ) { try SafetensorsFile.read(file.path) }
        try write(length(4) + [0x7B, 0x22, 0xFF, 0x7D], to: file)
        #expect(
            throws: ArchiveError.invalidHeader(
                file: file.path, offset: 0, reason: "the text is not UTF-8")
        ) { try SafetensorsFile.read(file.path) }
    }

    @Test func `many cuts and flipped bytes of a real file are errors, never a stop`() throws {
        let file = TemporaryFile()
        let archive = Archive()
        archive.store(Tensor([1.0, 2, 3]), as: "a")
        archive.store(Tensor([true, false]), as: "b")
        archive.store([1, 2], as: "c")
        try archive.write(to: file.path)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file.path)))
        for count in stride(from: 0, to: bytes.count, by: 3) {
            try write(Array(bytes[..<count]), to: file)
            #expect(throws: ArchiveError.self) { try SafetensorsFile.read(file.path) }
        }
        var refused = 0
        for index in stride(from: 0, to: bytes.count - 26, by: 2) {
            var flipped = bytes
            flipped[index] ^= 0x15
            try write(flipped, to: file)
            do {
                _ = try SafetensorsFile.read(file.path)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 50)
    }
}
