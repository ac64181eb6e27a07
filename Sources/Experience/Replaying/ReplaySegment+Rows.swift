import OptimistCore
import OptimistEnvironments
import OptimistTorch
import OrderedCollections

extension ReplaySegment {
    /// Gathers the slices' rows from their episodes, in the same order.
    init(slices: [Slice], order: [Int], episodes: [Episode], layout: EpisodeLayout) {
        self.slices = slices
        self.order = order
        var floats: [Float] = []
        var bytes: [UInt8] = []
        var actions: [Float] = []
        var rewards: [Double] = []
        var columns: OrderedDictionary<String, Column> = [:]
        for (slice, episode) in zip(slices, episodes) {
            let steps = slice.start..<slice.start + slice.count
            // The first observation of a later stretch was the last of the one before.
            let rows = (slice.begins ? 0 : slice.start + 1)..<steps.upperBound + 1
            switch episode.observations {
            case .floats(let values): floats += values[rows * layout.observationWidth]
            case .bytes(let values): bytes += values[rows * layout.observationWidth]
            }
            actions += episode.actions[steps * layout.actionWidth]
            rewards += episode.rewards[steps]
            for (name, column) in episode.columns {
                columns[name, default: Column(width: column.width)].values +=
                    column.values[steps * column.width]
            }
        }
        let width = layout.observationWidth
        observations =
            layout.observationKind == .byte
            ? Tensor(bytes, shape: [bytes.count / width, width])
            : Tensor(floats, shape: [floats.count / width, width])
        self.actions = Tensor(actions, shape: [rewards.count, layout.actionWidth])
        self.rewards = Tensor(rewards, shape: [rewards.count])
        self.columns = columns.mapValues {
            Tensor($0.values, shape: [$0.values.count / $0.width, $0.width])
        }
    }

    /// Reads one slice step by step.
    final class Reader {
        let slice: Slice
        /// The episode's first observation, where the slice starts it.
        private(set) var first: Observation?
        private let layout: EpisodeLayout
        private let source: Source
        private var observationRow: Int
        private var actionRow: Int
        private var columnRows: [(name: String, row: Int)]
        private var taken = 0

        init(
            _ slice: Slice, _ layout: EpisodeLayout, _ source: Source, observationRow: Int,
            actionRow: Int, columnRows: [(name: String, row: Int)]
        ) {
            self.slice = slice
            self.layout = layout
            self.source = source
            self.observationRow = observationRow
            self.actionRow = actionRow
            self.columnRows = columnRows
            if slice.begins { first = nextObservation() }
        }

        /// The next step of the slice.
        func next() -> (action: [Float], step: Step, columns: [(String, [Float])]) {
            let rows = actionRow..<actionRow + 1
            let action = Array(source.actions[rows * layout.actionWidth])
            let reward = source.rewards[actionRow]
            actionRow += 1
            taken += 1
            let columns = columnRows.indices.map { index -> (String, [Float]) in
                let (name, row) = columnRows[index]
                columnRows[index].row += 1
                let column = source.columns[name]!
                return (name, Array(column.values[(row..<row + 1) * column.width]))
            }
            let step = Step(
                observation: nextObservation(), reward: reward,
                ending: taken == slice.count ? slice.ending : .none)
            return (action, step, columns)
        }

        private func nextObservation() -> Observation {
            defer { observationRow += 1 }
            let cells = (observationRow..<observationRow + 1) * layout.observationWidth
            return switch source.observations {
            case .floats(let values): .floats(Array(values[cells]))
            case .bytes(let values): .bytes(Array(values[cells]))
            }
        }
    }

    /// The segment's arrays as plain numbers.
    struct Source {
        let observations: ObservationColumn
        let actions: [Float]
        let rewards: [Double]
        let columns: OrderedDictionary<String, Column>
    }

    /// A reader for each slice.
    func readers(layout: EpisodeLayout) -> [Reader] {
        let source = Source(
            observations: layout.observationKind == .byte
                ? .bytes(observations.bytes()) : .floats(observations.floats()),
            actions: actions.floats(), rewards: rewards.doubles(),
            columns: columns.mapValues { Column(width: $0.shape[1], values: $0.floats()) })
        var observationRow = 0
        var actionRow = 0
        var columnRows: [String: Int] = [:]
        return slices.map { slice in
            defer {
                observationRow += slice.count + (slice.begins ? 1 : 0)
                actionRow += slice.count
                for name in slice.columns { columnRows[name, default: 0] += slice.count }
            }
            return Reader(
                slice, layout, source, observationRow: observationRow, actionRow: actionRow,
                columnRows: slice.columns.map { ($0, columnRows[$0] ?? 0) })
        }
    }
}

/// The cells of some rows of a given width.
private func * (rows: Range<Int>, width: Int) -> Range<Int> {
    rows.lowerBound * width..<rows.upperBound * width
}
