import Foundation

/// Held by the one process that trains a run; the system frees it when the process ends.
final class RunLock {
    private let descriptor: Int32

    /// Takes the lock at a path.
    ///
    /// - Throws: `RunError.locked` where another process holds it.
    init(path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError(creating: path, code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw RunError.locked(path: (path as NSString).deletingLastPathComponent)
        }
    }

    deinit { close(descriptor) }
}
