import OptimistInference

extension SeriesError {
    /// The exit code of a series or model that cannot be used.
    var status: ExitStatus {
        switch self {
        case .unreadable(_, .missing): .missingInput
        case .unreadable(_, .permission): .permission
        case .unreadable(_, .failed): .inputOutput
        default: .data
        }
    }
}
