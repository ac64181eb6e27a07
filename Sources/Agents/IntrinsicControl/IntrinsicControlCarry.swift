import OptimistTorch

/// The option in force in each environment, and how many of its steps were made.
public struct IntrinsicControlCarry: CarryState {
    var options: [Int]
    var steps: [Int]

    init(environments: Int) {
        options = Array(repeating: 0, count: environments)
        steps = options
    }

    /// Writes every row.
    public func save(to archive: Archive) throws {
        archive.store(options, as: "options")
        archive.store(steps, as: "steps")
    }

    /// Reads what `save` wrote.
    public mutating func load(from archive: Archive) throws {
        let count = steps.count
        options = try archive.value("options")
        steps = try archive.value("steps")
        if options.count != count || steps.count != count {
            throw archive.invalid("steps", "it has \(steps.count) rows, not \(count)")
        }
    }
}
