import Foundation
import OptimistCore

/// How workers of Gymnasium environments are run.
public struct GymnasiumOptions: Sendable {
    /// The Python to use; found as `PythonInterpreter` tells where nil.
    public var python: PythonInterpreter?
    /// The workers' current folder, which must exist: a run's folder. MuJoCo writes its log there.
    public var folder: String
    /// Folders where a private module is looked for after Python's own.
    public var modulePaths: [String]
    /// Worker processes that share the copies, at most one a copy; one a core where nil.
    public var processes: Int?
    /// Seconds after which a step, a reset or a picture counts as hung.
    public var stepLimit: Double
    /// Seconds after which the start of a worker counts as hung.
    public var startLimit: Double
    /// Whether the copies should be able to draw themselves (`render_mode="rgb_array"`).
    public var rendering: Bool

    /// Options with their defaults.
    public init(
        python: PythonInterpreter? = nil,
        folder: String = FileManager.default.temporaryDirectory.path,
        modulePaths: [String] = [FileManager.default.currentDirectoryPath],
        processes: Int? = nil, stepLimit: Double = 60, startLimit: Double = 120,
        rendering: Bool = false
    ) {
        if !(stepLimit > 0 && startLimit > 0) || processes.map({ $0 < 1 }) == true {
            fail(
                "GymnasiumOptions",
                "limits of \(stepLimit) and \(startLimit) s, \(processes ?? 1) processes")
        }
        self.python = python
        self.folder = folder
        self.modulePaths = modulePaths
        self.processes = processes
        self.stepLimit = stepLimit
        self.startLimit = startLimit
        self.rendering = rendering
    }
}
