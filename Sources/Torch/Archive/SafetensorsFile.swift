import Foundation
import OptimistCore

/// Reading and writing of tensors in the safetensors format.
public enum SafetensorsFile {
    /// The tensors of a file, in the order of its header, and the texts of its metadata.
    public struct Content {
        /// The tensors with their names.
        public var tensors: [NamedTensor]
        /// The texts with their keys.
        public var metadata: [(key: String, value: String)]

        /// Tensors and metadata.
        public init(tensors: [NamedTensor], metadata: [(key: String, value: String)] = []) {
            self.tensors = tensors
            self.metadata = metadata
        }
    }

    /// Reads a whole file; elements of the types F16 and BF16 become `float32`.
    ///
    /// The file is data from a stranger: every number in it is checked before it is used.
    ///
    /// - Throws: `ArchiveError`, which names the file and the tensor at fault.
    public static func read(_ path: String) throws(ArchiveError) -> Content {
        let file = try InputFile(path)
        if file.length < 8 { throw .wrongLength(file: path, expected: 8, found: file.length) }
        let length = try file.bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if length > UInt64(SafetensorsHeader.lengthLimit) {
            throw .headerTooLong(
                file: path, length: length, limit: SafetensorsHeader.lengthLimit)
        }
        let start = 8 + Int(length)
        if start > file.length {
            throw .wrongLength(file: path, expected: start, found: file.length)
        }
        let header = try SafetensorsHeader(
            parsing: file.bytes(8..<start), dataLength: file.length - start, file: path)
        var tensors: [NamedTensor] = []
        for entry in header.entries {
            let range = (start + entry.range.lowerBound)..<(start + entry.range.upperBound)
            tensors.append(NamedTensor(entry.name, tensor(entry, try file.bytes(range))))
        }
        return Content(tensors: tensors, metadata: header.metadata)
    }

    private static func tensor(_ entry: SafetensorsHeader.Entry, _ bytes: [UInt8]) -> Tensor {
        func plain(_ type: ElementType) -> Tensor {
            bytes.withUnsafeBytes { Tensor(bytes: $0, shape: entry.shape, type: type) }
        }
        func halves() -> [UInt16] {
            bytes.withUnsafeBytes { buffer in
                (0..<(buffer.count / 2)).map {
                    UInt16(
                        littleEndian: buffer.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self))
                }
            }
        }
        switch entry.type {
        case .float32: return plain(.float32)
        case .float64: return plain(.float64)
        case .int64: return plain(.int64)
        case .uint8: return plain(.uint8)
        // Any byte but 0 is true; LibTorch counts on 1.
        case .bool: return Tensor(bytes.map { $0 != 0 }, shape: entry.shape)
        case .float16:
            return Tensor(halves().map { Float(Float16(bitPattern: $0)) }, shape: entry.shape)
        case .bfloat16:
            return Tensor(
                halves().map { Float(bitPattern: UInt32($0) << 16) }, shape: entry.shape)
        }
    }

    /// Writes a file atomically: beside its place, synchronized, then renamed.
    ///
    /// - Throws: `ArchiveError.duplicateName` or `.unwritable`.
    public static func write(_ content: Content, to path: String) throws(ArchiveError) {
        let header = try header(of: content, path)
        try OutputFile.replace(path) { output throws(ArchiveError) in
            let length = UInt64(header.count)
            try output.write((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) })
            try output.write(header)
            for entry in content.tensors {
                try output.write(entry.tensor.withUnsafeBytes { [UInt8]($0) })
            }
        }
    }

    // Blanks fill the header up to a multiple of 8 bytes, so that the first tensor is aligned.
    private static func header(
        of content: Content, _ path: String
    ) throws(ArchiveError) -> [UInt8] {
        var names: Set<String> = ["__metadata__"]
        var members: [String] = []
        if !content.metadata.isEmpty {
            var keys: Set<String> = []
            for (key, _) in content.metadata where !keys.insert(key).inserted {
                throw .duplicateName(file: path, name: key)
            }
            let texts = content.metadata.map { "\(quoted($0.key)):\(quoted($0.value))" }
            members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
        }
        var offset = 0
        for (name, tensor) in content.tensors.map({ ($0.name, $0.tensor) }) {
            if !names.insert(name).inserted { throw .duplicateName(file: path, name: name) }
            let type = SafetensorsHeader.StoredType(tensor.elementType)
            let end = offset + tensor.count * type.byteCount
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            members.append(
                "\(quoted(name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var bytes = Array("{\(members.joined(separator: ","))}".utf8)
        while bytes.count % 8 != 0 { bytes.append(0x20) }
        return bytes
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
