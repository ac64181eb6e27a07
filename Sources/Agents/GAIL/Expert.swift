import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch

/// What an expert saw and did, as rows.
struct Expert {
    /// Pairs of an encoded observation and an action's code, `[rows, inputs]`.
    let rows: Tensor
    /// The mean sum of rewards of its episodes.
    let meanReturn: Double

    /// Rows of the episodes of a source.
    ///
    /// - Throws: what the scripted expert's environment throws.
    init(
        _ source: ExpertSource, _ settings: ExpertSettings, _ encoding: PairEncoding,
        using generator: inout Generator
    ) throws {
        let episodes = try source.episodes(settings, using: &generator)
        let batches = episodes.filter { $0.count > 0 }.map { Batch([$0]) }
        var parts: [Tensor] = []
        for batch in batches {
            // Starting anywhere, so that all times of day are seen.
            let first = generator.integer(below: min(settings.subsampling, batch.time))
            let rows = encoding(
                batch.observations.slice(axis: 0, 0..<batch.time), batch.actions)
            parts.append(rows.slice(axis: 0, first..<batch.time, step: settings.subsampling))
        }
        rows = Tensor.concatenated(parts, axis: 0).contiguous()
        meanReturn =
            episodes.reduce(0) { $0 + $1.totalReward } / Double(max(episodes.count, 1))
    }

    /// Rows that were saved.
    init(rows: Tensor, meanReturn: Double) {
        self.rows = rows
        self.meanReturn = meanReturn
    }
}
