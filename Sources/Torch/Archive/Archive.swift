import Foundation
import OptimistCore

/// Named tensors and values in a fixed order: a checkpoint, or any part of one.
///
/// In a file it is a safetensors file whose metadata holds the values as JSON, so that other
/// programs can read the tensors. `scope` gives a view in which every name has a prefix and a dot:
/// what is stored through it lies in the whole.
public final class Archive {
    /// The number of the format that is written and read.
    public static let format = 1
    private static let formatKey = "optimist.format"

    private final class Storage {
        var file = "the archive"
        var tensors: [NamedTensor] = []
        var tensorPlaces: [String: Int] = [:]
        var values: [(key: String, value: String)] = []
        var valuePlaces: [String: Int] = [:]
    }

    private let storage: Storage
    private let prefix: String

    private init(_ storage: Storage, prefix: String) {
        self.storage = storage
        self.prefix = prefix
    }

    /// An empty archive.
    public convenience init() { self.init(Storage(), prefix: "") }

    /// The archive in a file.
    ///
    /// - Throws: `ArchiveError`, `.wrongFormat` where it was written in another format.
    public convenience init(contentsOf path: String) throws(ArchiveError) {
        let content = try SafetensorsFile.read(path)
        let found = content.metadata.first { $0.key == Self.formatKey }?.value ?? "unknown"
        guard found == String(Self.format) else {
            throw .wrongFormat(file: path, found: found, supported: Self.format)
        }
        self.init()
        storage.file = path
        for entry in content.tensors { insert(entry) }
        for (key, value) in content.metadata where key != Self.formatKey { insert(key, value) }
    }

    /// Writes the whole archive atomically, also when called on a scope.
    ///
    /// - Throws: `ArchiveError.unwritable`.
    public func write(to path: String) throws(ArchiveError) {
        let format = (key: Self.formatKey, value: String(Self.format))
        try SafetensorsFile.write(
            .init(tensors: storage.tensors, metadata: [format] + storage.values), to: path)
    }

    /// The part of the archive whose names begin with `name` and a dot.
    public func scope(_ name: String) -> Archive { Archive(storage, prefix: "\(prefix)\(name).") }

    /// The names of tensors and values within this scope, in the order of storing.
    public var names: [String] {
        (storage.tensors.map(\.name) + storage.values.map(\.key))
            .filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }

    /// Whether there is a tensor or value of the name.
    public func contains(_ name: String) -> Bool {
        let full = prefix + name
        return storage.tensorPlaces[full] != nil || storage.valuePlaces[full] != nil
    }

    /// Stores a copy of a tensor; a name that is taken is a programmer's error.
    public func store(_ tensor: Tensor, as name: String) {
        insert(NamedTensor(prefix + name, tensor.detached().to(.cpu).copy()))
    }

    /// Stores a value as JSON; infinities and NaN are kept.
    public func store(_ value: some Encodable, as name: String) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            let data = try encoder.encode(value)
            insert(prefix + name, String(decoding: data, as: UTF8.self))
        } catch {
            fail("Archive.store", "the value '\(prefix + name)' cannot be encoded: \(error)")
        }
    }

    /// The tensor of the name, on the CPU.
    ///
    /// - Throws: `ArchiveError.missing`.
    public func tensor(_ name: String) throws(ArchiveError) -> Tensor {
        guard let place = storage.tensorPlaces[prefix + name] else {
            throw .missing(file: storage.file, name: prefix + name)
        }
        return storage.tensors[place].tensor
    }

    /// The tensor of the name, to replace one of the same shape and element type.
    ///
    /// - Throws: `ArchiveError.missing` or `.mismatch`.
    public func tensor(_ name: String, like target: Tensor) throws(ArchiveError) -> Tensor {
        let found = try tensor(name)
        guard found.shape == target.shape && found.elementType == target.elementType else {
            throw .mismatch(
                file: storage.file, tensor: prefix + name, expected: target.signature,
                found: found.signature)
        }
        return found
    }

    /// The value of the name.
    ///
    /// - Throws: `ArchiveError.missing`, or `.invalidValue` where it is of another type.
    public func value<Value: Decodable>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(ArchiveError) -> Value {
        guard let place = storage.valuePlaces[prefix + name] else {
            throw .missing(file: storage.file, name: prefix + name)
        }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            return try decoder.decode(type, from: Data(storage.values[place].value.utf8))
        } catch {
            throw invalid(name, "it is not a \(type)")
        }
    }

    /// The error that says that a value of this archive is not valid, for readers of their own.
    public func invalid(_ name: String, _ reason: String) -> ArchiveError {
        .invalidValue(file: storage.file, name: prefix + name, reason: reason)
    }

    private func insert(_ entry: NamedTensor) {
        if storage.tensorPlaces.updateValue(storage.tensors.count, forKey: entry.name) != nil {
            fail("Archive.store", "the tensor '\(entry.name)' is there already")
        }
        storage.tensors.append(entry)
    }

    private func insert(_ key: String, _ value: String) {
        if storage.valuePlaces.updateValue(storage.values.count, forKey: key) != nil {
            fail("Archive.store", "the value '\(key)' is there already")
        }
        storage.values.append((key, value))
    }
}
