import Foundation

/// Reads models from files: JSON (see the documentation's `model.schema.json`) and Cassandra's
/// `.MDP` and `.POMDP` text format.
public enum ModelFile {
    /// The largest file that is read, in bytes.
    public static let sizeLimit = 16 << 30

    /// Reads a file. What begins with `{` is JSON, everything else Cassandra's format.
    ///
    /// The file is mapped, not loaded, and never exists as a tree in memory.
    ///
    /// - Throws: `ModelFileError`.
    public static func read(_ url: URL) throws(ModelFileError) -> ModelDescription {
        if let file = MappedFile(url) { return try read(file.bytes, of: file) }
        return try read(try data(at: url))
    }

    /// Reads the bytes of a file.
    ///
    /// - Throws: `ModelFileError`.
    public static func read(_ data: Data) throws(ModelFileError) -> ModelDescription {
        let result = data.withUnsafeBytes { bytes in
            Result { () throws(ModelFileError) in try read(bytes, of: nil) }
        }
        return try result.get()
    }

    private static func read(
        _ bytes: UnsafeRawBufferPointer, of file: MappedFile?
    ) throws(ModelFileError) -> ModelDescription {
        if bytes.count > sizeLimit {
            throw .tooLarge(what: "a file of bytes", size: bytes.count, limit: sizeLimit)
        }
        var scanner = JSONScanner(bytes, of: file)
        guard let first = scanner.peek() else { throw .empty }
        if first == UInt8(ascii: "{") {
            var reader = JSONModelReader(scanner)
            return try reader.read()
        }
        var reader = CassandraReader(bytes, of: file)
        return try reader.read()
    }
}

extension ModelFile {
    /// The bytes of a file.
    ///
    /// - Throws: `ModelFileError.unreadable` with the reason in words.
    static func data(at url: URL) throws(ModelFileError) -> Data {
        do {
            return try Data(contentsOf: url, options: .mappedIfSafe)
        } catch CocoaError.fileReadNoSuchFile {
            throw .unreadable("there is no such file")
        } catch CocoaError.fileReadNoPermission {
            throw .unreadable("there is no permission to read it")
        } catch {
            throw .unreadable((error as NSError).localizedDescription)
        }
    }
}
