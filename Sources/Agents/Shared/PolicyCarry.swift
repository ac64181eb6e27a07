import OptimistCore
import OptimistTorch

/// What a policy with a memory carries from step to step, one row for each environment; nothing
/// without a memory.
public struct PolicyCarry: CarryState {
    /// The memory's state, `[env, hidden]`, and the code of the last action, `[env, code]`.
    struct Remembered {
        var state: Tensor
        var codes: Tensor
    }

    var remembered: Remembered?

    /// Forgets where an episode starts.
    package mutating func reset(_ isFirst: [Bool]) {
        guard var present = remembered, isFirst.contains(true) else { return }
        let kept = Tensor(isFirst.map { $0 ? Float(0) : 1 }, shape: [isFirst.count, 1])
        present.state = present.state * kept
        present.codes = present.codes * kept
        remembered = present
    }

    /// Writes every row.
    public func save(to archive: Archive) throws {
        guard let remembered else { return }
        archive.store(remembered.state, as: "state")
        archive.store(remembered.codes, as: "codes")
    }

    /// Reads what `save` wrote.
    public mutating func load(from archive: Archive) throws {
        guard let present = remembered else { return }
        remembered = Remembered(
            state: try archive.tensor("state", like: present.state),
            codes: try archive.tensor("codes", like: present.codes))
    }
}
