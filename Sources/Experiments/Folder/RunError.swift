/// Why a run could not be made, read or gone on with.
public enum RunError: Error, Equatable, Sendable {
    /// The folder holds a run already.
    case exists(path: String)
    /// There is no run; the nearest one's name, if one is near.
    case missing(path: String, nearest: String? = nil)
    /// The run has no checkpoint, or not the one that is wanted; the names of those that it has.
    case noCheckpoint(path: String, wanted: String?, others: [String])
    /// A file cannot be what it should be.
    case damaged(path: String, reason: String)
    /// A checkpoint of a run cannot be read; steps of those before it, rising.
    case checkpoint(path: String, reason: String, earlier: [Int])
    /// A damaged folder that may hold more than a run.
    case notDeleted(path: String, reason: String)
    /// A file was written by another version.
    case format(path: String, found: Int, expected: Int)
    /// The run is of another algorithm.
    case algorithm(path: String, found: String, expected: String)
    /// Something given on resuming differs from what is saved.
    case differs(option: String, saved: String, given: String)
    /// Another process is training the run.
    case locked(path: String)
    /// Training was asked to stop; a checkpoint was written.
    case interrupted(step: Int)
    /// There is no such device on this machine.
    case noDevice(name: String, found: Int)
    /// Values grow so that they will not stay finite; the last good checkpoint is kept.
    case diverging(warning: String, step: Int)
}

extension RunError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .exists(let path):
            "\(path) holds a run already: resume it with --resume, or choose another folder"
        case .missing(let path, let nearest):
            "there is no run at \(path); "
                + (nearest.map { "did you mean '\($0)'?" } ?? "optimist runs lists them")
        case .noCheckpoint(let path, let wanted, let others):
            if let wanted, !others.isEmpty {
                "\(path) has no checkpoint \(wanted): \(RunError.choice(of: others))"
            } else {
                "\(path) has no checkpoint: delete the run and train anew"
            }
        case .damaged(let path, let reason): "\(path) is damaged: \(reason)"
        case .checkpoint(let path, let reason, let earlier):
            "the checkpoint \(path) is damaged (\(reason)): "
                + RunError.remedy(earlier: earlier)
        case .notDeleted(let path, let reason): "\(path) is not deleted: \(reason)"
        case .format(let path, let found, let expected):
            "\(path) has format \(found), this version reads \(expected)"
        case .algorithm(let path, let found, let expected):
            "\(path) is a run of '\(found)', not of '\(expected)'"
        case .differs(let option, let saved, let given):
            "\(option) is \(saved) in the saved run, not \(given): a resumed run keeps its options"
        case .locked(let path): "\(path) is being trained by another process"
        case .noDevice(let name, let found):
            "there is no device \(name), of CUDA devices \(found) were found (optimist doctor tells of "
                + "them): leave --device out to compute on the CPU"
        case .interrupted(let step):
            "stopped at step \(step) with a checkpoint; resume with --resume"
        case .diverging(let warning, let step):
            "stopped at step \(step), the last good checkpoint is kept: \(warning)"
        }
    }

    private static func choice(of others: [String]) -> String {
        others.count == 1
            ? "there is \(others[0])"
            : "there are \(others.dropLast().joined(separator: ", ")) and \(others[others.count - 1])"
    }

    private static func remedy(earlier: [Int]) -> String {
        earlier.last.map { "delete that folder to go on from checkpoint \($0)" }
            ?? "there is no earlier one to go on from, so train anew"
    }
}
