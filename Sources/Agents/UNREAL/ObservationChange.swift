import OptimistCore
import OptimistEnvironments
import OptimistModels
import OptimistTorch

/// How much of what is seen changed by a step, in parts: what feature control is paid with.
public struct ObservationChange: Sendable {
    /// How parts are made.
    enum Form: Hashable {
        /// Each encoded number is a part.
        case features
        /// Cells of the middle of a picture `[height, width, channels]`.
        case cells(rows: Range<Int>, columns: Range<Int>, channels: Int, cell: Int)
    }

    let form: Form
    /// Parts.
    public let count: Int

    /// The changes of a space's observations.
    ///
    /// - Parameters:
    ///   - space: pictures `[height, width, channels]` of bytes, or anything else.
    ///   - cell: pixels a side of a cell of a picture.
    ///   - crop: pixels a side of the middle that is looked at, at most; cut to whole cells.
    public init(_ space: Space, cell: Int, crop: Int) {
        guard space.kind == .bytes, space.shape.count == 3 else {
            (form, count) = (.features, space.encodedWidth)
            return
        }
        func middle(_ size: Int) -> Range<Int> {
            let taken = max(min(size, crop) / cell, 1) * min(cell, size)
            let start = (size - taken) / 2
            return start..<start + taken
        }
        let (rows, columns) = (middle(space.shape[0]), middle(space.shape[1]))
        let side = min(cell, rows.count, columns.count)
        form = .cells(rows: rows, columns: columns, channels: space.shape[2], cell: side)
        count = (rows.count / side) * (columns.count / side)
    }

    /// The mean absolute change of each part by each step, `[time, column, count]`.
    ///
    /// - Parameters:
    ///   - observations: as they come, `[time + 1, column, ...]`: bytes of pictures count as fractions.
    ///   - encoder: standardizes what is no picture.
    public func callAsFunction(_ observations: Tensor, _ encoder: ObservationEncoder) -> Tensor {
        let time = observations.size(axis: 0) - 1
        switch form {
        case .features:
            let seen = encoder(observations)
            return (seen.slice(axis: 0, 1..<time + 1) - seen.slice(axis: 0, 0..<time)).abs()
        case .cells(let rows, let columns, let channels, let cell):
            let seen = observations.slice(axis: 2, rows).slice(axis: 3, columns).to(.float32)
            let change = (seen.slice(axis: 0, 1..<time + 1) - seen.slice(axis: 0, 0..<time)).abs()
            let width = observations.size(axis: 1)
            return change.reshaped([
                time, width, rows.count / cell, cell, columns.count / cell, cell, channels,
            ]).mean(axes: [3, 5, 6]).reshaped([time, width, count]) * (1 / 255)
        }
    }
}
