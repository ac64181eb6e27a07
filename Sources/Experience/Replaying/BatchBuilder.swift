import OptimistCore
import OptimistEnvironments
import OptimistTorch
import OrderedCollections

/// Copies slices of episodes into the columns of a batch.
struct BatchBuilder {
    let layout: EpisodeLayout
    let time: Int
    let width: Int
    // One of the two is empty. They are apart, not one enumeration: its payload would be copied
    // for each column.
    private var floats: [Float]
    private var bytes: [UInt8]
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
        let isByte = layout.observationKind == .byte
        floats = .init(repeating: 0, count: isByte ? 0 : cells)
        bytes = .init(repeating: 0, count: isByte ? cells : 0)
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
        Self.copyRows(
            episode.actions, from: start, count: count, row: layout.actionWidth, to: column,
            of: width, in: &actions)
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
        switch episode.observations {
        case .floats(let source):
            Self.copyRows(
                source, from: start, count: count, row: row, to: column, of: width, in: &floats)
        case .bytes(let source):
            Self.copyRows(
                source, from: start, count: count, row: row, to: column, of: width, in: &bytes)
        }
    }

    /// Copies `count` consecutive rows into one column of a time-first block of some columns.
    ///
    /// Static, because a call on the builder would hold on to the block that is written to.
    private static func copyRows<Number>(
        _ source: [Number], from start: Int, count: Int, row: Int, to column: Int, of width: Int,
        in target: inout [Number]
    ) {
        if count == 0 { return }
        if (start + count) * row > source.count
            || ((count - 1) * width + column + 1) * row > target.count
        {
            fail("BatchBuilder", "\(count) rows from \(start) of \(source.count) numbers")
        }
        source.withUnsafeBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                for step in 0..<count {
                    let to = (step * width + column) * row
                    let from = (start + step) * row
                    for entry in 0..<row { target[to + entry] = source[from + entry] }
                }
            }
        }
    }

    private mutating func copy(
        _ values: Column, named name: String, from start: Int, count: Int, to column: Int
    ) {
        let row = values.width
        let cells = time * width * row
        Self.copyRows(
            values.values, from: start, count: count, row: row, to: column, of: width,
            in: &columns[
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
        return layout.observationKind == .byte
            ? Tensor(bytes, shape: shape) : Tensor(floats, shape: shape)
    }
}
