import Foundation
import OptimistExperience
import OptimistTorch

/// The pieces of a run's replay on disk.
///
/// A piece is written once and never changed. It goes when no kept checkpoint names it.
struct ReplaySegments {
    /// A piece and the last episode that it holds steps of.
    struct Entry: Codable, Equatable {
        var file: String
        var lastEpisode: Int
    }

    /// What a checkpoint holds: the pieces it needs and how far they reach.
    struct State: Codable, Equatable {
        var entries: [Entry] = []
        var mark = Replay.Mark()
    }

    let folder: String
    private(set) var state = State()

    init(folder: String) { self.folder = folder }

    /// Writes what was appended since the last call, and drops pieces of episodes that were freed.
    mutating func write(_ replay: Replay) throws {
        // Stopped where a checkpoint has just been written: nothing is new.
        if replay.mark == state.mark { return }
        let segment = replay.segment(since: state.mark)
        if let last = segment.lastEpisode {
            let archive = Archive()
            segment.save(to: archive)
            let file = newName(at: replay.appended)
            try archive.write(to: folder + "/" + file)
            state.entries.append(Entry(file: file, lastEpisode: last))
        }
        state.mark = replay.mark
        let first = replay.episodes.first?.identifier ?? replay.nextIdentifier
        state.entries.removeAll { $0.lastEpisode < first }
    }

    /// A name that no piece of this state has: an episode may have been cut off since, with not a
    /// step more.
    private func newName(at appended: Int) -> String {
        let name = RunFolder.padded(appended)
        let alike = state.entries.count { $0.file.hasPrefix(name) }
        return name + (alike == 0 ? "" : "-\(alike)") + ".safetensors"
    }

    /// Reads the pieces that a checkpoint names.
    mutating func read(_ state: State, layout: EpisodeLayout) throws -> [ReplaySegment] {
        self.state = state
        return try state.entries.map { entry in
            guard RunFolder.isPlainName(entry.file) else {
                throw RunError.damaged(path: folder, reason: "'\(entry.file)' is no file name")
            }
            return try ReplaySegment(
                from: Archive(contentsOf: folder + "/" + entry.file), layout: layout)
        }
    }

    /// Deletes the pieces that none of the given states names.
    func deleteUnnamed(by states: [State]) {
        let named = Set(states.flatMap { $0.entries.map(\.file) })
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for file in files.sorted() where !named.contains(file) {
            unlink(folder + "/" + file)
        }
    }
}
