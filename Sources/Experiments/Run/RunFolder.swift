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
        return names.filter { $0.count == 12 }.compactMap { Int($0) }.sorted()
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

    /// Deletes the run and its files.
    ///
    /// - Throws: `RunError.locked` where it is being trained.
    public func delete() throws {
        _ = try readDescription()
        let held = try RunLock(path: lock)
        try withExtendedLifetime(held) {
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                throw FileError.transfer(path: path, reason: error.localizedDescription)
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
        do {
            return try decoder.decode(RunDescription.self, from: data)
        } catch {
            throw RunError.damaged(path: description, reason: "\(error)")
        }
    }

    /// Writes what decides what the run computes.
    func write(_ description: RunDescription) throws {
        let text = try JSONValue(encoding: description).text(pretty: true)
        try DurableFiles.write(Data((text + "\n").utf8), to: self.description)
    }
}

/// Why a run could not be made, read or gone on with.
public enum RunError: Error, Equatable, Sendable {
    /// The folder holds a run already.
    case exists(path: String)
    /// There is no run, or no checkpoint in it.
    case missing(path: String)
    /// A file cannot be what it should be.
    case damaged(path: String, reason: String)
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
        case .missing(let path): "there is no run with a checkpoint at \(path)"
        case .damaged(let path, let reason): "\(path) is damaged: \(reason)"
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
}
