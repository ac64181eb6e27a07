/// What can be wrong with a file of tensors. Every case carries the file; `tensor` is a tensor's
/// name, `name` that of a tensor or value.
public enum ArchiveError: Error, Equatable, CustomStringConvertible {
    /// The file cannot be opened or read.
    case unreadable(file: String, reason: String)
    /// The file cannot be written.
    case unwritable(file: String, reason: String)
    /// The file ends before what its header announces, or has bytes left over.
    case wrongLength(file: String, expected: Int, found: Int)
    /// The header's length is larger than is allowed.
    case headerTooLong(file: String, length: UInt64, limit: Int)
    /// The header is not the JSON that it should be; `offset` counts its bytes.
    case invalidHeader(file: String, offset: Int, reason: String)
    /// A key appears twice.
    case duplicateName(file: String, name: String)
    /// The element type is not one that Optimist reads.
    case unknownType(file: String, tensor: String, type: String)
    /// A size is negative, or the sizes multiply to more than memory can hold.
    case invalidShape(file: String, tensor: String, reason: String)
    /// The range of bytes is reversed or lies outside the file.
    case invalidRange(file: String, tensor: String, from: Int, to: Int)
    /// The range of bytes begins before that of another tensor ends, or leaves a gap after it.
    case misplaced(file: String, tensor: String, from: Int, expected: Int)
    /// The range of bytes does not have the length that type and shape need.
    case wrongSize(file: String, tensor: String, expected: Int, found: Int)
    /// There is no tensor or value of the name.
    case missing(file: String, name: String)
    /// The tensor has another element type or shape than the one it shall replace.
    case mismatch(file: String, tensor: String, expected: String, found: String)
    /// A value cannot be decoded, or is out of range.
    case invalidValue(file: String, name: String, reason: String)
    /// The file was written in another format.
    case wrongFormat(file: String, found: String, supported: Int)

    /// What is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .unreadable(let file, let reason): "\(file) cannot be read: \(reason)"
        case .unwritable(let file, let reason):
            "\(file) cannot be written: \(reason); choose another place or make room"
        case .missing(let file, let name):
            "\(file) has no entry '\(name)'; was it written by another algorithm or version?"
        case .mismatch(let file, let tensor, let expected, let found):
            "\(file): the tensor '\(tensor)' is \(found), but \(expected) is needed; "
                + "use the configuration that it was written with"
        case .invalidValue: "\(finding); write the file again"
        case .wrongFormat(let file, let found, let supported):
            "\(file) has format \(found), this version reads format \(supported); "
                + "read it with the version that wrote it"
        default: "\(finding); the file is damaged or not a safetensors file, get it again"
        }
    }

    /// What is wrong with a damaged file, and where, without what to do.
    package var finding: String {
        switch self {
        case .wrongLength(let file, let expected, let found):
            "\(file) has \(found) bytes where its header needs \(expected)"
        case .headerTooLong(let file, let length, let limit):
            "\(file) announces a header of \(length) bytes, the limit is \(limit)"
        case .invalidHeader(let file, let offset, let reason):
            "\(file): the header is not valid at byte \(offset): \(reason)"
        case .duplicateName(let file, let name): "\(file) has the key '\(name)' twice"
        case .unknownType(let file, let tensor, let type):
            "\(file): the tensor '\(tensor)' has the unknown element type '\(type)'"
        case .invalidShape(let file, let tensor, let reason):
            "\(file): the shape of the tensor '\(tensor)' is not valid: \(reason)"
        case .invalidRange(let file, let tensor, let from, let to):
            "\(file): the bytes \(from)..<\(to) of the tensor '\(tensor)' are not in the file"
        case .misplaced(let file, let tensor, let from, let expected):
            "\(file): the tensor '\(tensor)' begins at byte \(from) instead of \(expected)"
        case .wrongSize(let file, let tensor, let expected, let found):
            "\(file): the tensor '\(tensor)' needs \(expected) bytes and has \(found)"
        case .invalidValue(let file, let name, let reason):
            "\(file): the value '\(name)' is not valid: \(reason)"
        case .unreadable, .unwritable, .missing, .mismatch, .wrongFormat: description
        }
    }
}
