import Foundation

/// An example program that was run to its end.
struct Example {
    /// What it printed on standard output, line by line.
    let lines: [String]
    /// Its exit code.
    let exitCode: Int32

    /// Runs an example that was built beside the tests, in an empty folder of its own.
    init(_ name: String) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "example-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let built = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        let process = Process()
        process.executableURL = built.appending(path: "OptimistExample\(name)")
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["OMP_WAIT_POLICY": "passive"]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
        exitCode = process.terminationStatus
    }

    /// The number behind a label such as `mean return` in the first line that has it.
    func number(after label: String) -> Double? {
        guard let line = lines.first(where: { $0.contains(label) }),
            let end = line.range(of: label)?.upperBound
        else { return nil }
        return line[end...].split(separator: " ").first.flatMap {
            Double($0.trimmingCharacters(in: .punctuationCharacters.subtracting(["-"])))
        }
    }
}

/// Files of the package.
enum PackageFiles {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The path of a file, given from the package's folder.
    static func path(_ name: String) -> String { root.appending(path: name).path }

    /// The text of a file.
    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }
}
