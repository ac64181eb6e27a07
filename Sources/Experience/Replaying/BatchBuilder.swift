import OptimistCore
import OptimistEnvironments
import OptimistTorch
import OrderedCollections

/// Copies slices of episodes into the columns of a batch.
struct BatchBuilder {
    let layout: EpisodeLayout
    let time: Int
    let width: Int
    private var observations: ObservationColumn
    private var actions: [Float]
    private var rewards: [Float]
    private var continuation: [Float]
    private var valid: [Float]
    private var firsts: [Float]
    private var previousActions: [Float]
    private var previousRewards: [Float]
    private var columns: OrderedDictionary<String, Column> = [:]

    /// Room for `width` columns of `time` steps.
    init(layout: EpisodeLayout, time: Int, width: Int) {
        self.layout = layout
        self.time = time
        self.width = width
        let cells = (time + 1) * width * layout.observationWidth
        observations =
            layout.observationKind == .byte
            ? .bytes(.init(repeating: 0, count: cells)) : .floats(.init(repeating: 0, count: cells))
        actions = .init(repeating: 0, count: time * width * layout.actionWidth)
        rewards = .init(repeating: 0, count: time * width)
        continuation = .init(repeating: 1, count: time * width)
        valid = .init(repeating: 0, count: time * width)
        firsts = .init(repeating: 0, count: width)
        previousActions = .init(repeating: 0, count: width * layout.actionWidth)
        previousRewards = .init(repeating: 0, count: width)
    }

    /// Fills a column with the steps `start..<start + count` of an episode.
    mutating func fill(_ column: Int, with episode: Episode, from start: Int, count: Int) {
        for step in 0..<count {
            let cell = step * width + column
            rewards[cell] = Float(episode.rewards[start + step])
            valid[cell] = 1
        }
        copyRows(
            episode.actions, from: start, count: count, row: layout.actionWidth, to: column,
            of: &actions)
        if episode.ending == .terminated, start + count == episode.count, count > 0 {
            continuation[(count - 1) * width + column] = 0
        }
        copyObservations(of: episode, from: start, count: count + 1, to: column)
        for (name, values) in episode.columns {
            copy(values, named: name, from: start, count: count, to: column)
        }
        markBeginning(column, episode, start)
    }

    private mutating func copyObservations(
        of episode: Episode, from start: Int, count: Int, to column: Int
    ) {
        let row = layout.observationWidth
        switch (observations, episode.observations) {
        case (.floats(var target), .floats(let source)):
            observations = .floats([])
            copyRows(source, from: start, count: count, row: row, to: column, of: &target)
            observations = .floats(target)
        case (.bytes(var target), .bytes(let source)):
            observations = .bytes([])
            copyRows(source, from: start, count: count, row: row, to: column, of: &target)
            observations = .bytes(target)
        default: fail("Batch", "floats and bytes in one batch")
        }
    }

    /// Copies `count` consecutive rows into one column of a time-first block.
    private func copyRows<Number>(
        _ source: [Number], from start: Int, count: Int, row: Int, to column: Int,
        of target: inout [Number]
    ) {
        for step in 0..<count {
            let to = (step * width + column) * row
            let from = (start + step) * row
            for entry in 0..<row { target[to + entry] = source[from + entry] }
        }
    }

    private mutating func copy(
        _ values: Column, named name: String, from start: Int, count: Int, to column: Int
    ) {
        let row = values.width
        let cells = time * width * row
        copyRows(
            values.values, from: start, count: count, row: row, to: column,
            of: &columns[
                name, default: Column(width: row, values: .init(repeating: 0, count: cells))
            ]
            .values)
    }

    private mutating func markBeginning(_ column: Int, _ episode: Episode, _ start: Int) {
        firsts[column] = start == 0 ? 1 : 0
        guard start > 0 else { return }
        previousRewards[column] = Float(episode.rewards[start - 1])
        for entry in 0..<layout.actionWidth {
            previousActions[column * layout.actionWidth + entry] =
                episode.actions[(start - 1) * layout.actionWidth + entry]
        }
    }

    /// The batch on a device.
    func build(on device: Device) -> Batch {
        func tensor(_ values: [Float], _ shape: [Int]) -> Tensor {
            Tensor(values, shape: shape).to(device)
        }
        func actionTensor(_ values: [Float], _ shape: [Int]) -> Tensor {
            let rows = tensor(values, shape + layout.actionShape)
            return layout.actionIsDiscrete ? rows.to(.int64) : rows
        }
        return Batch(
            observations: observationTensor.to(device),
            actions: actionTensor(actions, [time, width]),
            rewards: tensor(rewards, [time, width]),
            continuation: tensor(continuation, [time, width]),
            valid: tensor(valid, [time, width]),
            columns: columns.mapValues { tensor($0.values, [time, width, $0.width]) },
            beginning: .init(
                isFirst: tensor(firsts, [width]), action: actionTensor(previousActions, [width]),
                reward: tensor(previousRewards, [width])))
    }

    private var observationTensor: Tensor {
        let shape = [time + 1, width] + layout.observationShape
        return switch observations {
        case .floats(let values): Tensor(values, shape: shape)
        case .bytes(let values): Tensor(values, shape: shape)
        }
    }
}
