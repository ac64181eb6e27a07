import Foundation
import Testing

/// Files in the folder `Stored` beside the tests.
enum Stored {
    /// The folder with results and figures that tests compare with.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Stored")

    /// The bytes of a stored file.
    static func data(_ name: String) throws -> Data {
        try Data(contentsOf: folder.appending(path: name))
    }

    /// Compares a text with the stored file of that name. With `OPTIMIST_STORE=1` in the
    /// environment the file is written instead, to be looked at and committed.
    static func expect(
        _ text: String, equals name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        if ProcessInfo.processInfo.environment["OPTIMIST_STORE"] == "1" {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        let stored = String(decoding: try data(name), as: UTF8.self)
        #expect(
            text == stored, "differs from Stored/\(name); OPTIMIST_STORE=1 writes it anew",
            sourceLocation: sourceLocation)
    }
}

/// An empty folder that is removed when its owner goes.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "/optimist-XXXXXX").utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}
