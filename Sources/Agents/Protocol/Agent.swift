import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch

/// An algorithm: it acts, it learns, and it says which factors of the joint it knows, assumes or
/// learns.
///
/// An agent is synchronous and owns no clock: `Run` decides when it acts, learns and is saved. All
/// its randomness comes from the generators that it is handed.
public protocol Agent: AnyObject {
    /// The algorithm's settings.
    associatedtype Settings: AgentSettings
    /// What it carries from step to step, one row for each environment: filters, warm starts.
    associatedtype Carry: CarryState

    /// The algorithm's name, papers and presets.
    static var algorithm: Algorithm { get }

    /// The settings it was made with.
    var settings: Settings { get }
    /// Which factors are known, assumed or learned, and which terms are on.
    var specification: BoundSpecification { get }
    /// What it wants to learn from, and when.
    var diet: Diet { get }

    /// An agent that has learned nothing yet.
    ///
    /// - Throws: `AgentError` where the algorithm cannot act in such a world.
    init(_ settings: Settings, world: World, using generator: inout Generator) throws

    /// Reads what it needs from elsewhere before it can learn, such as an expert's episodes. A run
    /// calls it once before its first step, and after `load` where it goes on; who only acts does
    /// not need it.
    ///
    /// - Throws: what keeps it from learning; a run that could not start so leaves nothing.
    func prepare() throws

    /// The carry of environments whose episodes are about to start.
    func carry(for environments: Int) -> Carry

    /// Actions for what has just arrived. Rows of the carry are reset where `isFirst`.
    func act(
        on arrival: Arrival, carrying carry: inout Carry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action

    /// Learns from what the diet asked for, and reports.
    func learn(from material: Material, using generator: inout Generator) throws -> [Record]

    /// Learns by collecting for itself; called in place of `learn(from:using:)` where the diet is
    /// `own`. Returns after each rollout, so that the run can be saved.
    func learn(with collector: Collector, using generator: inout Generator) throws -> [Record]

    /// Writes everything that it has learned and counts.
    func save(to archive: Archive) throws
    /// Reads what `save` wrote into an agent made with the same settings.
    func load(from archive: Archive) throws
}

extension Agent {
    /// Most agents need nothing from elsewhere.
    public func prepare() throws {}

    /// Agents that are fed do not collect.
    public func learn(
        with collector: Collector, using generator: inout Generator
    ) throws -> [Record] {
        fail("\(Self.self).learn(with:)", "its diet is \(diet), not own")
    }

    /// Agents that collect for themselves are not fed.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        fail("\(Self.self).learn(from:)", "its diet is \(diet)")
    }
}
