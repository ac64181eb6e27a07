import OptimistTorch
import OrderedCollections

extension Batch {
    /// Stores every part.
    public func save(to archive: Archive) {
        archive.store(observations, as: "observations")
        archive.store(actions, as: "actions")
        archive.store(rewards, as: "rewards")
        archive.store(continuation, as: "continuation")
        archive.store(valid, as: "valid")
        archive.store(beginning.isFirst, as: "beginning.isFirst")
        archive.store(beginning.action, as: "beginning.action")
        archive.store(beginning.reward, as: "beginning.reward")
        archive.store(Array(columns.keys), as: "columns")
        for (name, column) in columns { archive.store(column, as: "column.\(name)") }
    }

    /// Reads what `save` wrote.
    ///
    /// - Throws: `ArchiveError` where a part is missing or does not fit the others.
    public init(from archive: Archive) throws {
        var columns: OrderedDictionary<String, Tensor> = [:]
        for name in try archive.value("columns", as: [String].self) {
            columns[name] = try archive.tensor("column.\(name)")
        }
        self.init(
            observations: try archive.tensor("observations"),
            actions: try archive.tensor("actions"), rewards: try archive.tensor("rewards"),
            continuation: try archive.tensor("continuation"), valid: try archive.tensor("valid"),
            columns: columns,
            beginning: Beginning(
                isFirst: try archive.tensor("beginning.isFirst"),
                action: try archive.tensor("beginning.action"),
                reward: try archive.tensor("beginning.reward")))
        let grid = rewards.shape
        guard grid.count == 2, valid.shape == grid, continuation.shape == grid,
            observations.shape.prefix(2) == [grid[0] + 1, grid[1]],
            actions.shape.prefix(2) == grid[...], beginning.reward.shape == [grid[1]],
            beginning.isFirst.shape == [grid[1]], beginning.action.shape.first == grid[1],
            columns.values.allSatisfy({ $0.shape.prefix(2) == grid[...] })
        else { throw archive.invalid("rewards", "\(grid) does not fit the other parts") }
    }
}
