import Foundation

/// Another program that holds a run's store with a write transaction of its own.
final class StoreHolder {
    private let process = Process()
    private let input = Pipe()

    /// Starts the program and waits until it holds the store.
    init(_ path: String) throws {
        let script = """
            import sqlite3, sys
            store = sqlite3.connect(sys.argv[1], isolation_level=None)
            store.execute("BEGIN EXCLUSIVE")
            print("held", flush=True)
            sys.stdin.read()
            """
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, path]
        process.standardInput = input
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        _ = output.fileHandleForReading.availableData
    }

    /// Lets go of the store and ends.
    func release() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

/// The package that the tests belong to.
enum PackageFolder {
    static let path: String = {
        var url = URL(fileURLWithPath: #filePath)
        while url.path != "/",
            !FileManager.default.fileExists(atPath: url.path + "/Package.swift")
        {
            url.deleteLastPathComponent()
        }
        return url.path
    }()
}
