/// What the command's exit code tells, as `sysexits` has it where it can.
enum ExitStatus: Int32, CaseIterable {
    /// Done.
    case done = 0
    /// A word on the command line is wrong.
    case usage = 64
    /// A file's contents are wrong.
    case data = 65
    /// A file or run is not there, or cannot be read.
    case missingInput = 66
    /// A component is missing.
    case unavailable = 69
    /// A bug.
    case software = 70
    /// A worker died or hung.
    case worker = 71
    /// Output cannot be created.
    case cannotCreate = 73
    /// Reading or writing failed.
    case inputOutput = 74
    /// Stopped early, with a checkpoint.
    case stopped = 75
    /// A value is not finite.
    case notFinite = 76
    /// A permission is missing.
    case permission = 77
    /// Another process holds it.
    case locked = 78
    /// Interrupted, with a checkpoint.
    case interrupted = 130
}
