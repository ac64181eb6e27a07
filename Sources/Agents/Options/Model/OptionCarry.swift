import OptimistCore
import OptimistTorch

/// The option in force in each environment.
public struct OptionCarry: CarryState {
    /// The option of the last step; −1 where an episode is about to start.
    var options: [Int]
    /// The weights of relaxed options, `[env, K]`.
    var weights: Tensor?

    /// Forgets where an episode starts.
    mutating func reset(_ isFirst: [Bool]) {
        for index in isFirst.indices where isFirst[index] { options[index] = -1 }
    }

    /// Writes every row.
    public func save(to archive: Archive) throws {
        archive.store(options, as: "options")
        if let weights { archive.store(weights, as: "weights") }
    }

    /// Reads what `save` wrote.
    public mutating func load(from archive: Archive) throws {
        let count = options.count
        options = try archive.value("options")
        if options.count != count {
            throw archive.invalid("options", "it has \(options.count) rows, not \(count)")
        }
        if let present = weights { weights = try archive.tensor("weights", like: present) }
    }
}
