import OptimistCore
import OptimistReports

/// Settings of a run, whatever its algorithm; on the command line under `run.`.
public struct RunSettings: Configuration {
    /// Copies of the environment stepped together.
    @Setting("Copies of the environment stepped together.", 1...4096)
    public var environments = 1
    /// Steps between evaluations; none evaluates at the end alone.
    @Setting("Steps between evaluations, or none for one at the end alone.", 1...)
    public var evaluateEvery: Int? = nil
    /// Episodes of each evaluation.
    @Setting("Episodes of each evaluation.", 1...10_000)
    public var evaluationEpisodes = 10
    /// Steps between checkpoints.
    @Setting("Steps between checkpoints.", 1...)
    public var checkpointEvery = 1_000
    /// Checkpoints that are kept, the newest ones, besides the best.
    @Setting("Checkpoints that are kept, the newest ones, besides the best.", 1...1_000)
    public var keepCheckpoints = 2
    /// Transitions that the replay keeps; none keeps all.
    @Setting("Transitions that the replay keeps, or none for all.", 1...)
    public var replayCapacity: Int? = nil
    /// Files beside the store that records are written to.
    @Setting(
        "Files beside the store that records are written to.", .choices(RecordFormat.names))
    public var formats = [RecordFormat.jsonLines, .tensorBoard]

    /// The default settings.
    public init() {}
}

extension RecordFormat: SettingValue {
    /// The names of all formats.
    static let names = RecordFormat.allCases.map(\.rawValue)
}
