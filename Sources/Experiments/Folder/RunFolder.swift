import Foundation
import OptimistCore

/// Where the files of a run lie.
public struct RunFolder: Sendable, Equatable {
    /// The folder's path.
    public let path: String

    /// The folder at a path, which need not be there yet.
    public init(_ path: String) { self.path = path }

    /// The run's name, its folder's.
    public var name: String { (path as NSString).lastPathComponent }
    /// What decides what the run computes.
    public var description: String { path + "/run.json" }
    /// The records.
    public var store: String { path + "/run.sqlite" }
    /// Held while the run is trained.
    public var lock: String { path + "/lock" }
    /// Checkpoints, one folder each.
    public var checkpoints: String { path + "/checkpoints" }
    /// Pieces of the replay.
    public var segments: String { path + "/segments" }

    /// The folder of the checkpoint at a step.
    public func checkpoint(_ step: Int) -> String {
        checkpoints + "/" + RunFolder.padded(step)
    }

    /// The folder of the best checkpoint, which holds an agent alone.
    public var best: String { checkpoints + "/best" }

    /// A step with leading zeros, so that names sort by step.
    static func padded(_ step: Int) -> String {
        let digits = String(step)
        return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }

    /// Whether a name read from a file stays inside its folder.
    static func isPlainName(_ name: String) -> Bool {
        !name.isEmpty && !name.contains("/") && name != "." && name != ".."
    }

    /// Steps of the complete checkpoints, rising.
    public func checkpointSteps() -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
        return names.filter(RunFolder.isStep).compactMap { Int($0) }.sorted()
    }

    /// Whether a name is that of a complete checkpoint's folder.
    static func isStep(_ name: String) -> Bool {
        name.utf8.count == 12 && name.utf8.allSatisfy { (48...57).contains($0) }
    }

    /// The names of the complete checkpoints, as `optimist evaluate --checkpoint` takes them.
    var checkpointNames: [String] {
        checkpointSteps().map(String.init) + (DurableFiles.isFolder(best) ? ["best"] : [])
    }

    /// Makes the folder and those in it.
    ///
    /// - Returns: the folders that were not there before, the outermost first.
    func make() throws -> [String] {
        try [path, checkpoints, segments].flatMap(DurableFiles.makeFolder)
    }

    /// Takes back `make` and all that was written since, after a run that could not start.
    func unmake(_ made: [String]) {
        for folder in made.reversed() {
            if folder.hasPrefix(path) {
                try? FileManager.default.removeItem(atPath: folder)
            } else {
                // Folders above are shared: gone only if nothing else is in them.
                rmdir(folder)
            }
        }
    }

    /// Reads what decides what the run computes.
    ///
    /// - Throws: `FileError` where it is not there, `RunError.damaged` where it cannot be read.
    public func readDescription() throws -> RunDescription {
        let data = try DurableFiles.read(description, limit: 1 << 20)
        struct Format: Decodable { var format: Int }
        let decoder = JSONDecoder()
        guard let format = try? decoder.decode(Format.self, from: data).format else {
            throw RunError.damaged(path: description, reason: "it is not the JSON of a run")
        }
        guard format == RunDescription.currentFormat else {
            throw RunError.format(
                path: description, found: format, expected: RunDescription.currentFormat)
        }
        let read: RunDescription
        do {
            read = try decoder.decode(RunDescription.self, from: data)
            try read.check()
        } catch {
            throw RunError.damaged(path: description, reason: JSONTrouble(error).sentence)
        }
        return read
    }

    /// Writes what decides what the run computes.
    func write(_ description: RunDescription) throws {
        let text = try JSONValue(encoding: description).text(pretty: true)
        try DurableFiles.write(Data((text + "\n").utf8), to: self.description)
    }
}
