import OptimistCore
import OptimistTorch

/// The option in force in each environment, and what it was relaxed to.
public struct OptionCarry: CarryState {
    /// The option of the last step; −1 where an episode is about to start.
    var options: RowCarry<Int>
    /// The weights of relaxed options, `[env, K]`.
    var weights: Tensor?

    /// Writes every row.
    public func save(to archive: Archive) throws {
        try options.save(to: archive.scope("options"))
        if let weights { archive.store(weights, as: "weights") }
    }

    /// Reads what `save` wrote.
    public mutating func load(from archive: Archive) throws {
        try options.load(from: archive.scope("options"))
        if let present = weights { weights = try archive.tensor("weights", like: present) }
    }
}

extension RowCarry<Int> {
    /// No option of so many, which is −1.
    static func noOption(of count: Int, environments: Int) -> RowCarry {
        RowCarry(-1, environments: environments) { (-1..<count).contains($0) }
    }

    /// No option where an episode starts.
    mutating func forgetOption(_ isFirst: [Bool]) {
        for index in isFirst.indices where isFirst[index] { rows[index] = -1 }
    }
}
