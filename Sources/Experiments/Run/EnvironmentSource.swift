import OptimistCore
import OptimistEnvironments

/// Where a run gets its environments from: a name in the registry, or the caller's own.
public struct EnvironmentSource {
    /// The environment's name, for the run's description.
    public let name: String
    /// The environment's arguments, for the run's description.
    public let arguments: [String: String]
    private let makeCopies: (_ copies: Int, EnvironmentOptions) throws -> any VectorEnvironment

    /// Environments of the caller's own, one call a copy, in their own units.
    ///
    /// - Parameters:
    ///   - name: names the environment in the run's description.
    ///   - make: makes a copy.
    public static func custom(
        _ name: String, _ make: @escaping () throws -> any Environment
    ) -> EnvironmentSource {
        EnvironmentSource(name: name, arguments: [:]) { copies, _ in
            try SequentialEnvironments((0..<copies).map { _ in try make() })
        }
    }

    /// Environments of the registry: built-in names and `gym:[module:]Id`.
    ///
    /// - Parameters:
    ///   - name: the environment's name.
    ///   - arguments: its arguments and its wrappers', as on the command line.
    public static func named(
        _ name: String, _ arguments: [String: String] = [:]
    ) -> EnvironmentSource {
        EnvironmentSource(name: name, arguments: arguments) { copies, options in
            try EnvironmentRegistry.standard.makeVector(
                name: name,
                arguments: arguments.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
                count: copies, options: options)
        }
    }

    init(
        name: String, arguments: [String: String],
        makeCopies: @escaping (Int, EnvironmentOptions) throws -> any VectorEnvironment
    ) {
        self.name = name
        self.arguments = arguments
        self.makeCopies = makeCopies
    }

    /// Copies in the units that agents act in.
    ///
    /// - Parameters:
    ///   - copies: how many.
    ///   - workingFolder: where worker processes run; simulators write their logs there.
    ///   - rendering: whether they will be drawn.
    public func agentUnits(
        copies: Int, workingFolder: String, rendering: Bool = false
    ) throws -> any VectorEnvironment {
        AgentUnits(
            try makeCopies(
                copies, EnvironmentOptions(workingFolder: workingFolder, rendering: rendering)))
    }
}
