import Foundation

/// Reads models from files: JSON (see the documentation's `model.schema.json`) and Cassandra's
/// `.MDP` and `.POMDP` text format.
public enum ModelFile {
    /// The largest file that is read, in bytes.
    public static let sizeLimit = 16 << 30

    /// Reads a file. What begins with `{` is JSON, everything else Cassandra's format.
    ///
    /// The file is mapped, not loaded: a JSON file never exists as a tree in memory.
    ///
    /// - Throws: `ModelFileError`.
    public static func read(_ url: URL) throws(ModelFileError) -> ModelDescription {
        let data: Data
        do {
            data = try Data(contentsOf: url, options: .mappedIfSafe)
        } catch {
            throw .unreadable((error as NSError).localizedDescription)
        }
        return try read(data)
    }

    /// Reads the bytes of a file.
    ///
    /// - Throws: `ModelFileError`.
    public static func read(_ data: Data) throws(ModelFileError) -> ModelDescription {
        if data.count > sizeLimit {
            throw .tooLarge(what: "a file of bytes", size: data.count, limit: sizeLimit)
        }
        let result = data.withUnsafeBytes { bytes -> Result<ModelDescription, ModelFileError> in
            Result { () throws(ModelFileError) in
                var scanner = JSONScanner(bytes)
                guard let first = scanner.peek() else { throw .empty }
                if first == UInt8(ascii: "{") {
                    var reader = JSONModelReader(scanner)
                    return try reader.read()
                }
                var reader = CassandraReader(bytes)
                return try reader.read()
            }
        }
        return try result.get()
    }
}
