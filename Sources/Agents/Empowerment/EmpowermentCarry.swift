import OptimistTorch

/// The action sequence that is being tried in each environment.
public struct EmpowermentCarry: CarryState {
    /// The actions, `[env][K]`; empty where none is tried.
    var sequences: [[Int]]
    /// How many of them were taken.
    var steps: [Int]

    init(environments: Int) {
        sequences = Array(repeating: [], count: environments)
        steps = Array(repeating: 0, count: environments)
    }

    /// Writes every row.
    public func save(to archive: Archive) throws {
        archive.store(sequences, as: "sequences")
        archive.store(steps, as: "steps")
    }

    /// Reads what `save` wrote.
    public mutating func load(from archive: Archive) throws {
        let count = steps.count
        sequences = try archive.value("sequences")
        steps = try archive.value("steps")
        if sequences.count != count || steps.count != count {
            throw archive.invalid("steps", "it has \(steps.count) rows, not \(count)")
        }
    }
}
