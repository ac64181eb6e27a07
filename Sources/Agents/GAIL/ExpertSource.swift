import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistExperience

/// Where an expert's episodes come from, found to be there and fit for the world.
enum ExpertSource {
    /// An expert that comes along.
    case scripted(ScriptedExpert)
    /// Episodes that were read.
    case episodes([Episode])

    /// Files of episodes larger than this are not read.
    private static let largestFile = 1 << 30

    /// Finds what settings name; nothing random.
    ///
    /// - Throws: `ExpertError`, `ArrayFileError` where there is none, or not for this world.
    init(_ settings: ExpertSettings, world: World) throws {
        if settings.source == "scripted" {
            guard let expert = ScriptedExpert(world) else {
                throw ExpertError.unscripted(world: world.name)
            }
            self = .scripted(expert)
        } else {
            self = .episodes(try ExpertSource.read(settings, world: world))
        }
    }

    /// The episodes themselves; a scripted expert plays them now.
    func episodes(
        _ settings: ExpertSettings, using generator: inout Generator
    ) throws -> [Episode] {
        switch self {
        case .scripted(let expert):
            try expert.episodes(settings.episodes, steps: settings.steps, using: &generator)
        case .episodes(let episodes): episodes
        }
    }

    private static func read(_ settings: ExpertSettings, world: World) throws -> [Episode] {
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
        let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
        let found = names.filter { $0.hasSuffix(".npz") }.sorted().map { "\(folder)/\($0)" }
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
