import OptimistCore
import OptimistExperience
import OptimistTorch

/// An agent that learns from a replay: in rounds of updates, with a record now and then.
///
/// When it learns, what its observations are standardized by and how it is saved is the same for all
/// of them. What an agent of its own brings is how it acts, what an update is, and what a record
/// tells.
public protocol ReplayFedAgent: Agent {
    /// What an update found; a record tells of the last one's rows.
    associatedtype Update

    /// Where it acts, how it reads observations, and how far it is.
    var learning: ReplayLearning { get }
    /// When it learns, from how much, and when it tells of it.
    var rounds: any ReplaySettings { get }
    /// Steps of a replayed sequence; 1 for single transitions.
    var window: Int { get }

    /// One update of everything, whose numbers it adds to the means of `learning`.
    ///
    /// - Throws: `AgentError.notFinite` where a loss or gradient is not finite.
    func update(from replay: Replay, using generator: inout Generator) throws -> Update
    /// The means over the updates since the last record, and the bound of the last one's rows.
    func record(after last: Update, using generator: inout Generator) throws -> Record

    /// Writes what it has learned: networks and optimizers.
    func saveLearned(to archive: Archive) throws
    /// Reads what `saveLearned` wrote.
    func loadLearned(from archive: Archive) throws
}

extension ReplayFedAgent {
    /// Single transitions.
    public var window: Int { 1 }

    /// Batches from the replay.
    public var diet: Diet {
        .replay(
            batch: rounds.batch, window: window, every: rounds.every, updates: rounds.updates)
    }

    /// A round of updates; a record now and then.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .replay(let replay) = material else {
            fail("\(Self.self).learn", "not fed the replay")
        }
        if !learning.hasBegun {
            learning.encoder.observe(replay.allTransitions().observations)
        }
        var last: Update?
        for _ in 0..<rounds.updates {
            learning.updates += 1
            last = try update(from: replay, using: &generator)
        }
        guard let last, learning.means.count >= rounds.reportEvery else { return [] }
        defer { learning.means = RunningMeans() }
        return [try record(after: last, using: &generator)]
    }

    /// Writes networks, optimizers, statistics and counts.
    public func save(to archive: Archive) throws {
        try saveLearned(to: archive)
        learning.save(to: archive.scope("learning"))
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        try loadLearned(from: archive)
        try learning.load(from: archive.scope("learning"))
    }
}

extension ReplayFedAgent where Settings: ReplaySettings {
    /// The agent's own.
    public var rounds: any ReplaySettings { settings }
}

extension ReplayFedAgent where Carry == NoCarry {
    /// Nothing.
    public func carry(for environments: Int) -> NoCarry { NoCarry() }
}
