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
        var parts: [Tensor] = []
        for episode in episodes where episode.count > 0 {
            // Starting anywhere, so that all times of day are seen.
            let first = generator.integer(below: min(settings.subsampling, episode.count))
            let batch = Batch([episode])
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

/// How a discriminator reads pairs of an observation and an action.
struct PairEncoding {
    let encoder: ObservationEncoder
    let kind: ActionKind

    init(_ world: World, _ kind: ActionKind) {
        // What the policy saw so far must not change what a pair looks like.
        encoder = ObservationEncoder(world.observationSpace, isStandardizing: false)
        self.kind = kind
    }

    /// Numbers in a row.
    var width: Int { encoder.width + kind.codeWidth }

    /// Rows `[time × column, width]` of observations and actions `[time, column, ...]`.
    func callAsFunction(_ observations: Tensor, _ actions: Tensor) -> Tensor {
        Tensor.concatenated(
            [
                encoder(observations).flattened(from: 0, to: 1),
                kind.code(actions).to(.float32).flattened(from: 0, to: 1),
            ], axis: 1)
    }
}

extension EpisodeLayout {
    /// The layout in a few words.
    fileprivate var inWords: String {
        "observations \(observationShape) of \(observationKind)s and "
            + (actionIsDiscrete ? "discrete actions \(actionShape)" : "actions \(actionShape)")
    }
}

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
        case .missing(let path): "there are no expert episodes at \(path)"
        case .empty(let path): "\(path) holds no episode file (.npz) with a step"
        case .layout(let path, let found, let expected):
            "the episode in \(path) is of another environment: it has \(found), not \(expected)"
        case .tooLarge(let path, let bytes, let limit):
            "\(path) is not read: it has \(bytes) bytes, more than \(limit)"
        }
    }
}
