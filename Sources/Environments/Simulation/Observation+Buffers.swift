import OptimistCore

extension Observation {
    /// A row of zeros of a space, bytes or floats as the space says.
    public static func zeros(of space: Space, rows: Int = 1) -> Observation {
        let cells = rows * space.width
        return space.kind == .bytes
            ? .bytes(.init(repeating: 0, count: cells)) : .floats(.init(repeating: 0, count: cells))
    }

    /// Overwrites `count` cells from `start` with a row of floats; bytes are rounded and clipped.
    ///
    /// Writes in place: nothing is copied unless somebody else holds the row.
    mutating func write(_ row: UnsafePointer<Float>, count: Int, at start: Int = 0) {
        switch self {
        case .floats(var cells):
            self = .floats([])
            cells.withUnsafeMutableBufferPointer {
                ($0.baseAddress! + start).update(from: row, count: count)
            }
            self = .floats(cells)
        case .bytes(var cells):
            self = .bytes([])
            for index in 0..<count {
                cells[start + index] = UInt8(min(max(row[index], 0), 255).rounded())
            }
            self = .bytes(cells)
        }
    }

    /// Overwrites the cells from `start` with another row of the same kind.
    mutating func write(_ row: Observation, at start: Int) {
        switch (self, row) {
        case (.floats(var cells), .floats(let values)):
            self = .floats([])
            cells.replaceSubrange(start..<start + values.count, with: values)
            self = .floats(cells)
        case (.bytes(var cells), .bytes(let values)):
            self = .bytes([])
            cells.replaceSubrange(start..<start + values.count, with: values)
            self = .bytes(cells)
        case (.floats, .bytes), (.bytes, .floats):
            fail("Observation.write", "bytes and floats are mixed")
        }
    }
}
