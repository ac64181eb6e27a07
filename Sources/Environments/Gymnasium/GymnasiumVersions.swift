import OptimistCore

/// The Python that environments of Gymnasium would run with, and what it has.
public struct GymnasiumVersions: Sendable, Equatable {
    /// The interpreter that was found.
    public let interpreter: PythonInterpreter
    /// Python's version.
    public let python: String
    /// Gymnasium's version.
    public let gymnasium: String
    /// NumPy's version.
    public let numpy: String
    /// MuJoCo's version, nil where it is not there.
    public let mujoco: String?

    /// Starts Python once and asks it.
    ///
    /// - Throws: `GymnasiumError.pythonNotFound`, `.pythonNotStarted`, `.gymnasiumMissing`, or
    ///   what ends a worker.
    public static func probe(
        options: GymnasiumOptions = GymnasiumOptions()
    ) throws -> GymnasiumVersions {
        let interpreter = try options.python ?? PythonInterpreter.find()
        var options = options
        options.rendering = false
        let start = GymnasiumStart(name: nil, arguments: [], options: options)
        let deadline = WorkerDeadline(after: options.startLimit)
        let worker = try start.start(interpreter, 0..<1, by: deadline)
        defer { worker.stop(grace: 2) }
        let place = { GymnasiumPlace(environment: "Gymnasium") }
        let found = try worker.receive(by: deadline, at: place) { reader in
            try reader.json(reader.remaining, as: [String: String].self)
        }
        return GymnasiumVersions(
            interpreter: interpreter, python: found["python"] ?? "unknown",
            gymnasium: found["gymnasium"] ?? "unknown", numpy: found["numpy"] ?? "unknown",
            mujoco: found["mujoco"])
    }
}

extension GymnasiumVersions: CustomStringConvertible {
    /// The versions in a line, and where Python was found.
    public var description: String {
        let physics = mujoco.map { ", MuJoCo \($0)" } ?? ""
        return "\(gymnasium), Python \(python), NumPy \(numpy)\(physics), \(interpreter.path) "
            + "(\(interpreter.origin.rawValue))"
    }
}
