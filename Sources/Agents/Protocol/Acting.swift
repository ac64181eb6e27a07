import OptimistCore
import OptimistTorch

/// How an agent chooses.
public struct ActingMode: Hashable, Sendable, Codable {
    /// The mode's name, as on the command line.
    public let name: String

    /// A mode by its name; an algorithm may have more than the three.
    public init(_ name: String) { self.name = name }

    /// As while training: with whatever noise the algorithm adds.
    public static let explore = ActingMode("explore")
    /// Drawn from the action posterior.
    public static let sample = ActingMode("sample")
    /// The most likely or the mean action.
    public static let deterministic = ActingMode("deterministic")
}

/// What an agent carries from step to step.
public protocol CarryState {
    /// Writes every row.
    func save(to archive: Archive) throws
    /// Reads what `save` wrote into a carry for as many environments.
    mutating func load(from archive: Archive) throws
}

/// The carry of an agent that carries nothing.
public struct NoCarry: CarryState {
    /// Nothing.
    public init() {}
    /// Writes nothing.
    public func save(to archive: Archive) throws {}
    /// Reads nothing.
    public mutating func load(from archive: Archive) throws {}
}
