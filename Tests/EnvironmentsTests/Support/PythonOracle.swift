import Foundation

/// Runs the Python scripts of this folder where a Python with Gymnasium 1.4 is at hand:
/// `OPTIMIST_PYTHON`, else `.deps/python/bin/python3` of the checkout.
enum PythonOracle {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The interpreter; nil where there is none with Gymnasium 1.4.
    static let interpreter: String? = {
        let named = ProcessInfo.processInfo.environment["OPTIMIST_PYTHON"]
        let path = named ?? root.appending(path: ".deps/python/bin/python3").path
        guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
        let probe = "import gymnasium; assert gymnasium.__version__.startswith('1.4')"
        return (try? launch(path, ["-c", probe], Data())) == nil ? nil : path
    }()

    static var isThere: Bool { interpreter != nil }

    struct Failure: Error {
        let status: Int32
    }

    /// What a script answers to a request.
    static func ask<Answer: Decodable>(
        _ script: String, _ request: some Encodable, _ type: Answer.Type = Answer.self
    ) throws -> Answer {
        let path = root.appending(path: "Tests/EnvironmentsTests/Python/\(script)").path
        let input = try JSONEncoder().encode(request)
        return try JSONDecoder().decode(type, from: launch(interpreter!, [path], input))
    }

    private static func launch(
        _ program: String, _ arguments: [String], _ input: Data
    ) throws -> Data {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "oracle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let question = folder.appending(path: "question")
        let answer = folder.appending(path: "answer")
        try input.write(to: question)
        try Data().write(to: answer)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = try FileHandle(forReadingFrom: question)
        process.standardOutput = try FileHandle(forWritingTo: answer)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw Failure(status: process.terminationStatus) }
        return try Data(contentsOf: answer)
    }
}
