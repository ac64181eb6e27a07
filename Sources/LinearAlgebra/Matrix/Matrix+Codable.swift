extension Matrix: Codable {
    private enum Key: String, CodingKey { case rows, columns, elements }

    /// Writes the shape and the elements row by row.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(rows, forKey: .rows)
        try container.encode(columns, forKey: .columns)
        try container.encode(storage, forKey: .elements)
    }

    /// Reads what `encode` wrote.
    ///
    /// - Throws: `DecodingError` where the number of elements does not fit the shape.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let rows = try container.decode(Int.self, forKey: .rows)
        let columns = try container.decode(Int.self, forKey: .columns)
        let elements = try container.decode([Double].self, forKey: .elements)
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        if rows < 0 || columns < 0 || overflow || count != elements.count {
            throw DecodingError.dataCorruptedError(
                forKey: .elements, in: container,
                debugDescription: "\(elements.count) elements for a \(rows)x\(columns) matrix")
        }
        self.init(rows: rows, columns: columns, elements)
    }
}
