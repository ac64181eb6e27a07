import OptimistCore
import OptimistEnvironments
import OptimistTorch
import OrderedCollections

/// What was appended to a replay between two checkpoints: an immutable piece of it.
///
/// Once written it never changes; a checkpoint names the segments it needs, in order.
public struct ReplaySegment {
    /// A stretch of one episode.
    struct Slice: Codable, Equatable {
        var identifier: Int
        var seed: UInt64
        /// Whether the episode begins in it: its first observation is here then.
        var begins: Bool
        /// The first step of the stretch.
        var start: Int
        /// Steps of the stretch.
        var count: Int
        var ending: Ending
        /// Names of the extra columns.
        var columns: [String]
    }

    /// Stretches by rising identifier.
    let slices: [Slice]
    /// The transitions' episodes in order of arrival.
    let order: [Int]
    /// Observations of each slice: the first one too where the episode starts in it.
    let observations: Tensor
    let actions: Tensor
    let rewards: Tensor
    let columns: OrderedDictionary<String, Tensor>

    /// The last episode that the segment holds steps of; nil if it holds nothing.
    public var lastEpisode: Int? { slices.last?.identifier }

    /// Writes the segment.
    public func save(to archive: Archive) {
        archive.store(slices, as: "slices")
        archive.store(Array(columns.keys), as: "columns")
        archive.store(Tensor(order), as: "order")
        archive.store(observations, as: "observations")
        archive.store(actions, as: "actions")
        archive.store(rewards, as: "rewards")
        for (name, values) in columns { archive.store(values, as: "column.\(name)") }
    }

    /// Reads what `save` wrote, and checks that its parts fit together.
    ///
    /// - Throws: `ArchiveError` where they do not.
    public init(from archive: Archive, layout: EpisodeLayout) throws {
        slices = try archive.value("slices")
        observations = try archive.tensor("observations")
        actions = try archive.tensor("actions")
        rewards = try archive.tensor("rewards")
        let order = try archive.tensor("order")
        let steps = slices.reduce(0) { $0 + $1.count }
        let firsts = slices.count(where: \.begins)
        let sane = slices.allSatisfy {
            $0.identifier >= 0 && $0.start >= 0 && $0.count >= 0 && (!$0.begins || $0.start == 0)
        }
        guard sane, observations.shape == [steps + firsts, layout.observationWidth],
            observations.elementType == (layout.observationKind == .byte ? .uint8 : .float32),
            actions.shape == [steps, layout.actionWidth], actions.elementType == .float32,
            rewards.shape == [steps], rewards.elementType == .float64, order.shape == [steps],
            order.elementType == .int64
        else { throw archive.invalid("slices", "they do not fit the arrays beside them") }
        self.order = order.integers()
        var columns: OrderedDictionary<String, Tensor> = [:]
        for name in try archive.value("columns", as: [String].self) {
            let values = try archive.tensor("column.\(name)")
            let rows = slices.reduce(0) { $0 + ($1.columns.contains(name) ? $1.count : 0) }
            guard values.rank == 2, values.shape[0] == rows, values.elementType == .float32 else {
                throw archive.invalid("columns", "'\(name)' has \(values.shape), not \(rows) rows")
            }
            columns[name] = values
        }
        self.columns = columns
        try check(archive)
    }

    private func check(_ archive: Archive) throws {
        var counts: [Int: Int] = [:]
        for episode in order { counts[episode, default: 0] += 1 }
        for slice in slices where counts[slice.identifier, default: 0] != slice.count {
            throw archive.invalid("order", "episode \(slice.identifier) has another count")
        }
        for slice in slices where slice.columns.contains(where: { columns[$0] == nil }) {
            throw archive.invalid("columns", "episode \(slice.identifier) lacks one")
        }
        guard counts.count == slices.filter({ $0.count > 0 }).count,
            zip(slices, slices.dropFirst()).allSatisfy({ $0.identifier < $1.identifier })
        else { throw archive.invalid("slices", "their episodes are not in order") }
    }
}
