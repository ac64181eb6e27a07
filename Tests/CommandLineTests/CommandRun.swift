import Foundation

/// The command `optimist`, run as a user would run it.
struct CommandRun {
    let status: Int32
    let output: String
    let errors: String

    /// Runs it with the given arguments in a folder, and waits.
    init(
        _ arguments: [String], in folder: String, environment: [String: String] = [:],
        asNobody: Bool = false, wrapped: [String] = []
    ) throws {
        let process = Process()
        var words = wrapped + [Self.program] + arguments
        if asNobody, getuid() == 0 {
            words = ["setpriv", "--reuid", "65534", "--clear-groups"] + words
        }
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // Both pipes are short; errors are read first because progress goes there.
        let errorData = errors.fileHandleForReading.readDataToEndOfFile()
        let outputData = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        status =
            process.terminationReason == .exit
            ? process.terminationStatus : -process.terminationStatus
        self.output = String(decoding: outputData, as: UTF8.self)
        self.errors = String(decoding: errorData, as: UTF8.self)
    }

    /// The executable beside the tests' own.
    static let program: String = {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        var folder = (own as NSString).deletingLastPathComponent
        while folder.count > 1 {
            let candidate = folder + "/optimist"
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            folder = (folder as NSString).deletingLastPathComponent
        }
        return "optimist"
    }()

    /// A new folder that everybody may read and enter.
    static func folder() throws -> String {
        let path = "/tmp/optimist-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        return path
    }
}
