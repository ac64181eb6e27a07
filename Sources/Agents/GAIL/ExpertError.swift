/// Why there is no expert to imitate.
public enum ExpertError: Error, Equatable, Sendable {
    /// No expert for this environment comes along.
    case unscripted(world: String)
    /// There is no such file or folder.
    case missing(path: String)
    /// It holds no episode with a step.
    case empty(path: String)
    /// Its episodes are of another environment.
    case layout(path: String, found: String, expected: String)
    /// It is larger than what is read.
    case tooLarge(path: String, bytes: Int, limit: Int)
}

extension ExpertError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .unscripted(let world):
            "no scripted expert for \(world) comes along: give the path of episode files by "
                + "expert.source"
        case .missing(let path):
            "there are no expert episodes at \(path): put an episode file (.npz) or a folder of "
                + "such files there, or name others by expert.source"
        case .empty(let path): "\(path) holds no episode file (.npz) with a step"
        case .layout(let path, let found, let expected):
            "the episode in \(path) is of another environment: it has \(found), not \(expected)"
        case .tooLarge(let path, let bytes, let limit):
            "\(path) is not read: it has \(bytes) bytes, more than \(limit)"
        }
    }
}
