import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// What an expert saw and did, as rows.
struct Expert {
    /// Pairs of an encoded observation and an action's code, `[rows, inputs]`.
    let rows: Tensor
    /// The mean sum of rewards of its episodes.
    let meanReturn: Double
    /// Files of episodes larger than this are not read.
    private static let largestFile = 1 << 30

    /// Rows of the episodes that settings name.
    ///
    /// - Throws: `ExpertError`, `ArrayFileError` where there are none, or not for this world.
    init(
        _ settings: ExpertSettings, world: World, _ encoding: PairEncoding,
        using generator: inout Generator
    ) throws {
        let episodes = try Self.episodes(settings, world: world, using: &generator)
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

    private static func episodes(
        _ settings: ExpertSettings, world: World, using generator: inout Generator
    ) throws -> [Episode] {
        if settings.source == "scripted" {
            guard let expert = ScriptedExpert(world) else {
                throw ExpertError.unscripted(world: world.name)
            }
            return try expert.episodes(
                settings.episodes, steps: settings.steps, using: &generator)
        }
        let paths = try files(settings.source).prefix(settings.episodes)
        let expected = EpisodeLayout(
            observations: world.observationSpace, actions: world.actionSpace)
        let episodes = try paths.enumerated().map { index, path in
            let episode = try Episode(
                npz: contents(path), path: path, identifier: index)
            guard episode.layout == expected else {
                throw ExpertError.layout(
                    path: path, found: episode.layout.inWords, expected: expected.inWords)
            }
            return episode
        }
        guard episodes.contains(where: { $0.count > 0 }) else {
            throw ExpertError.empty(path: settings.source)
        }
        return episodes
    }

    /// The file itself, or the episode files of a folder by name.
    private static func files(_ path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ExpertError.missing(path: path)
        }
        guard isFolder.boolValue else { return [path] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let found = names.filter { $0.hasSuffix(".npz") }.sorted().map { "\(path)/\($0)" }
        if found.isEmpty { throw ExpertError.empty(path: path) }
        return found
    }

    private static func contents(_ path: String) throws -> Data {
        let size =
            (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber
        guard let size else { throw ExpertError.missing(path: path) }
        if size.intValue > largestFile {
            throw ExpertError.tooLarge(path: path, bytes: size.intValue, limit: largestFile)
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ExpertError.missing(path: path)
        }
        return data
    }
}

extension EpisodeLayout {
    /// The layout in a few words.
    fileprivate var inWords: String {
        "observations \(observationShape) of \(observationKind)s and "
            + (actionIsDiscrete ? "discrete actions \(actionShape)" : "actions \(actionShape)")
    }
}
