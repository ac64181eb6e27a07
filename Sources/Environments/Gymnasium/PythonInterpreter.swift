import Foundation

/// The Python that runs Gymnasium environments.
///
/// It is looked for in this order, and the first that is there is taken:
/// 1. the program that the variable `OPTIMIST_PYTHON` names (an error if it is not there);
/// 2. `.deps/python/bin/python3` in the folder of the running binary or a folder above it, which
///    is where `make setup` puts it in the package;
/// 3. `.deps/python/bin/python3` in the current folder;
/// 4. `python3` in a folder of `PATH`.
public struct PythonInterpreter: Sendable, Hashable {
    /// Where a Python was found.
    public enum Origin: String, Sendable {
        /// The variable `OPTIMIST_PYTHON`.
        case variable = "OPTIMIST_PYTHON"
        /// `.deps/python` near the binary or in the current folder.
        case setup = "make setup"
        /// A folder of `PATH`.
        case path = "PATH"
    }

    /// The program's path.
    public let path: String
    /// Where it was found.
    public let origin: Origin

    /// The Python at a path.
    public init(path: String, origin: Origin = .variable) {
        self.path = path
        self.origin = origin
    }

    /// Looks for Python, as told above.
    ///
    /// - Parameters:
    ///   - variables: the process's environment variables.
    ///   - binary: the running program's path.
    ///   - folder: the current folder.
    /// - Throws: `GymnasiumError.pythonNotFound` with every place that was looked at.
    public static func find(
        variables: [String: String] = ProcessInfo.processInfo.environment,
        binary: String =
            (try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/exe")) ?? CommandLine.arguments[0],
        folder: String = FileManager.default.currentDirectoryPath
    ) throws -> PythonInterpreter {
        if let named = variables["OPTIMIST_PYTHON"], !named.isEmpty {
            if isProgram(named) { return PythonInterpreter(path: named, origin: .variable) }
            throw GymnasiumError.pythonNotFound(searched: ["OPTIMIST_PYTHON=\(named)"])
        }
        let setup = (foldersAbove(binary) + [folder]).map { $0 + "/.deps/python/bin/python3" }
        if let found = setup.first(where: { isProgram($0) }) {
            return PythonInterpreter(path: found, origin: .setup)
        }
        let shared = (variables["PATH"] ?? "").split(separator: ":").map { "\($0)/python3" }
        if let found = shared.first(where: { isProgram($0) }) {
            return PythonInterpreter(path: found, origin: .path)
        }
        throw GymnasiumError.pythonNotFound(
            searched: ["OPTIMIST_PYTHON", setup.last ?? folder, "python3 on PATH"])
    }

    private static func foldersAbove(_ path: String) -> [String] {
        var folders: [String] = []
        var rest = path[...]
        while let slash = rest.lastIndex(of: "/") {
            rest = rest[..<slash]
            folders.append(String(rest))
        }
        return folders
    }

    private static func isProgram(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && !isFolder.boolValue && FileManager.default.isExecutableFile(atPath: path)
    }
}
