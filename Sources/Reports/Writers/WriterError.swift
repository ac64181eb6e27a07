/// Why records cannot be written or a file of them not be continued.
public enum WriterError: Error, Equatable, CustomStringConvertible {
    /// The file cannot be created.
    case cannotCreate(path: String, reason: String)
    /// The file cannot be opened or read.
    case cannotOpen(path: String, reason: String)
    /// Writing failed: the disk is full, or an input/output error.
    case writeFailed(path: String, reason: String)
    /// The file holds less than the checkpoint says.
    case shorterThanCheckpoint(path: String, expected: Int, found: Int, unit: String)

    /// What is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .cannotCreate(let path, let reason):
            "cannot create '\(path)': \(reason); choose another place or remove what is there"
        case .cannotOpen(let path, let reason):
            "cannot open '\(path)': \(reason)"
        case .writeFailed(let path, let reason):
            "cannot write to '\(path)': \(reason); free space, then resume the run"
        case .shorterThanCheckpoint(let path, let expected, let found, let unit):
            "'\(path)' holds \(found) \(unit), the checkpoint was made after \(expected): "
                + "the file was changed since; delete it to start it anew, or restore it"
        }
    }
}
