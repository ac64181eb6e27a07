import Foundation
import OptimistCore
import OptimistEnvironments
import Testing

/// The Python that the tests run with.
enum Python {
    static let versions = try? GymnasiumVersions.probe()
    static let isThere = versions != nil
    static let hasMuJoCo = versions?.mujoco != nil
    static let need: Comment = "needs a Python with gymnasium: make setup, or OPTIMIST_PYTHON"
    static let needMuJoCo: Comment = "needs a Python with gymnasium[mujoco]: make setup"
}

/// A folder for one test, with the module `environments` in it; it goes when the test ends.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/optimist-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try write("environments.py", PackageResources.environments_py)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: path + "/" + name))
        return path + "/" + name
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: path + "/" + name, withIntermediateDirectories: true)
    }

    func copy(_ source: String, to name: String) throws {
        try FileManager.default.copyItem(atPath: source, toPath: path + "/" + name)
    }

    /// A program that takes Python's place.
    func program(_ script: String) throws -> PythonInterpreter {
        let path = try write("program-\(UUID().uuidString)", Array("#!/bin/sh\n\(script)\n".utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return PythonInterpreter(path: path)
    }

    var options: GymnasiumOptions {
        GymnasiumOptions(folder: path, modulePaths: [path])
    }

    /// Copies of a test environment.
    func make(
        _ name: String, _ arguments: [String] = [], count: Int = 1,
        _ change: (inout GymnasiumOptions) -> Void = { _ in }
    ) throws -> GymnasiumEnvironments {
        var options = options
        change(&options)
        return try GymnasiumEnvironments(
            GymnasiumName("gym:environments:OptimistTest/\(name)-v0"), count: count,
            arguments: GymnasiumArgument.parse(arguments), options: options)
    }
}

extension GymnasiumEnvironments {
    /// Steps every copy with the same action.
    func step(_ action: [Float]) throws {
        let rows = Array(repeating: action, count: count).flatMap { $0 }
        try rows.withUnsafeBufferPointer {
            try step(actions: $0, active: .init(repeating: true, count: count))
        }
    }

    /// An extra number of a copy.
    func extra(_ name: String, _ copy: Int = 0) -> Double? {
        outcome.info[copy].first { $0.name == name }?.value
    }

    /// The error that stepping on ends with.
    func errorWhenStepping(_ count: Int = 10) -> GymnasiumError? {
        do {
            for copy in 0..<self.count { try reset(copy, seed: UInt64(copy)) }
            for _ in 0..<count { try step(.init(repeating: 0, count: actionSpace.width)) }
            return nil
        } catch {
            return error as? GymnasiumError
        }
    }
}

/// Whether a process is there and no zombie.
func isRunning(_ identifier: Int32) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8),
        let state = text.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z"
}

/// Whether a process ends within some seconds.
func ends(_ identifier: Int32, within seconds: Double = 10) -> Bool {
    for _ in 0..<Int(seconds * 50) {
        if !isRunning(identifier) { return true }
        usleep(20_000)
    }
    return false
}

/// Whether a process has left no trace, not even a zombie.
func isGone(_ identifier: Int32) -> Bool {
    !FileManager.default.fileExists(atPath: "/proc/\(identifier)")
}

/// Shared files that still have a name.
func sharedFiles() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/dev/shm").filter {
        $0.hasPrefix("optimist-")
    }
}
