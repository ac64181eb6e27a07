import Foundation

/// A Python that some tests compare with: `OPTIMIST_PYTHON`, else `.deps/python/bin/python3`.
enum Python {
    private static let interpreter: String? = {
        let local = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../.deps/python/bin/python3").path
        let named = ProcessInfo.processInfo.environment["OPTIMIST_PYTHON"]
        return [named, local].compactMap { $0 }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }()

    /// Whether there is a Python that can import the module.
    static func has(_ module: String) -> Bool {
        guard let result = try? run("import \(module)", []) else { return false }
        return result.status == 0
    }

    /// Runs a script and returns what it printed.
    static func run(_ script: String, _ arguments: [String]) throws -> (
        status: Int32, output: Data
    ) {
        guard let interpreter else { return (127, Data()) }
        let process = Process()
        process.executableURL = URL(filePath: interpreter)
        process.arguments = ["-c", script] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, printed)
    }
}
