import OptimistCore
import OptimistTorch

/// The last rows of numbers that were added, to draw from.
struct RowRing {
    let width: Int
    let capacity: Int
    private(set) var count = 0
    private var next = 0
    private var values: [Float]

    /// Room for rows.
    init(width: Int, capacity: Int) {
        (self.width, self.capacity) = (width, capacity)
        values = Array(repeating: 0, count: width * capacity)
    }

    /// Adds a row in the place of the oldest one where there is no room.
    mutating func append(_ row: [Float]) {
        if row.count != width { fail("RowRing.append", "\(row.count) numbers, not \(width)") }
        values.replaceSubrange(next * width..<(next + 1) * width, with: row)
        next = (next + 1) % capacity
        count = min(count + 1, capacity)
    }

    /// Rows drawn uniformly with replacement, `[rows, width]`.
    func sample(_ rows: Int, using generator: inout Generator) -> Tensor {
        var result: [Float] = []
        result.reserveCapacity(rows * width)
        for _ in 0..<rows {
            let row = generator.integer(below: count)
            result += values[row * width..<(row + 1) * width]
        }
        return Tensor(result, shape: [rows, width])
    }

    /// Stores the rows.
    func save(to archive: Archive) {
        archive.store(count, as: "count")
        archive.store(next, as: "next")
        archive.store(
            Tensor(Array(values.prefix(count * width)), shape: [count, width]), as: "rows")
    }

    /// Reads what `save` wrote.
    mutating func load(from archive: Archive) throws {
        let found: Int = try archive.value("count")
        let place: Int = try archive.value("next")
        let rows = try archive.tensor("rows")
        guard (0...capacity).contains(found), (0..<capacity).contains(place),
            rows.shape == [found, width], place == found % capacity || found == capacity
        else { throw archive.invalid("rows", "they do not fit \(capacity) rows of \(width)") }
        (count, next) = (found, place)
        values.replaceSubrange(0..<found * width, with: rows.floats())
    }
}
