import Foundation
import OptimistExperiments

/// Finds runs by path or by name.
enum RunLocation {
    /// The run that an argument means: a path, or a name under the folder of runs.
    ///
    /// - Throws: `RunError.missing` with the nearest name where neither is a run.
    static func folder(_ argument: String, in runs: String) throws -> RunFolder {
        for path in [argument, runs + "/" + argument] {
            let folder = RunFolder(path.hasSuffix("/") ? String(path.dropLast()) : path)
            if FileManager.default.fileExists(atPath: folder.description) { return folder }
        }
        let name = RunFolder(argument).name
        let names = (try? all(in: runs).map(\.name)) ?? []
        throw RunError.missing(path: argument, nearest: name.nearest(among: names))
    }

    /// A path for a new run: algorithm, environment and seed, and a number if that is taken.
    static func newName(
        _ algorithm: String, environment: String, seed: Int, in runs: String
    ) -> String {
        let plain = environment.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "-" }
        let base = "\(runs)/\(algorithm)-\(String(plain))-\(seed)"
        var path = base
        var number = 2
        while FileManager.default.fileExists(atPath: path) {
            path = "\(base)-\(number)"
            number += 1
        }
        return path
    }

    /// Every run in a folder, by name.
    static func all(in runs: String) throws -> [RunFolder] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: runs)) ?? []
        return names.sorted().map { RunFolder(runs + "/" + $0) }
            .filter { FileManager.default.fileExists(atPath: $0.description) }
    }
}
