import Foundation
import OptimistExperiments

/// Files that a command writes for its user.
enum OutputFile {
    /// Writes a file whole, or not at all.
    ///
    /// - Throws: `FileError` naming the path and the reason.
    static func write(_ data: Data, to path: String) throws {
        try WholeFile.write(data, to: path)
    }
}
