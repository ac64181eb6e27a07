import OptimistTorch

/// A carry of plain values, one for each environment.
public struct RowCarry<Row: Codable & Equatable>: CarryState {
    /// One for each environment.
    public internal(set) var rows: [Row]
    private let accepts: (Row) -> Bool

    /// The same for all environments.
    ///
    /// - Parameters:
    ///   - row: what each begins with.
    ///   - environments: how many there are.
    ///   - accepts: what a row from an archive must be for the agent to go on with it.
    init(_ row: Row, environments: Int, accepting accepts: @escaping (Row) -> Bool) {
        rows = Array(repeating: row, count: environments)
        self.accepts = accepts
    }

    /// Writes every row.
    public func save(to archive: Archive) throws { archive.store(rows, as: "rows") }

    /// Reads what `save` wrote into a carry for as many environments.
    ///
    /// - Throws: `ArchiveError` where it does not fit.
    public mutating func load(from archive: Archive) throws {
        let saved = try archive.value("rows", as: [Row].self)
        if saved.count != rows.count {
            throw archive.invalid("rows", "there are \(saved.count), not \(rows.count)")
        }
        if let index = saved.firstIndex(where: { !accepts($0) }) {
            throw archive.invalid("rows", "row \(index) is none that this agent makes")
        }
        rows = saved
    }
}

/// What is followed for several steps, such as an option or a plan, and how far.
public struct Followed<Content: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
    /// What is followed.
    var content: Content
    /// Steps of it that were taken.
    var steps = 0
}
