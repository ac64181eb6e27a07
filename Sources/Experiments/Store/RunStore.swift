import Foundation
import GRDB
import OptimistCore

/// A run's records, in a SQLite file of their own.
public final class RunStore {
    /// A stored record: what was reported, and when.
    public struct Row: Sendable, Equatable {
        /// Position in the run, from 0.
        public let sequence: Int
        /// The environment step at which it was made.
        public let step: Int
        /// What kind of event it tells of.
        public let kind: OptimistCore.Record.Kind
        /// Its numbers, in order.
        public let metrics: [Metric]
        /// The bound's terms, if any.
        public let bound: Bound<Double>?
        /// A sentence, for notices.
        public let message: String?
        /// Seconds since 1970 at which it was made.
        public let time: Double
        /// How often the run had been started.
        public let attempt: Int
    }

    private let database: DatabaseQueue
    private var pending: [Row] = []
    /// Records made so far, written or not.
    public private(set) var count: Int

    /// Opens a store, or makes it.
    ///
    /// - Throws: `StoreError` where it is locked, damaged or of a later version.
    public init(path: String) throws {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(2)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        do {
            database = try DatabaseQueue(path: path, configuration: configuration)
            try RunStore.migrator.migrate(database)
            count = try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM record")! }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE record (
                        sequence INTEGER PRIMARY KEY, step INTEGER NOT NULL, kind TEXT NOT NULL,
                        metrics TEXT NOT NULL, bound TEXT, message TEXT, time REAL NOT NULL,
                        attempt INTEGER NOT NULL);
                    CREATE INDEX recordKind ON record (kind, step);
                    """)
        }
        return migrator
    }

    /// Adds a record; it is on disk after the next `flush`.
    public func append(_ record: OptimistCore.Record, step: Int, time: Double, attempt: Int) -> Row
    {
        let row = Row(
            sequence: count, step: step, kind: record.kind, metrics: record.metrics,
            bound: record.bound, message: record.message, time: time, attempt: attempt)
        pending.append(row)
        count += 1
        return row
    }

    /// Writes what was appended, durably, in one transaction.
    public func flush() throws {
        guard !pending.isEmpty else { return }
        do {
            try database.write { database in
                for row in pending { try RunStore.insert(row, into: database) }
            }
        } catch {
            throw StoreError(error, path: database.path)
        }
        pending = []
    }

    /// Removes every record from a position on, in one transaction: what a resumed run will make
    /// again.
    public func truncate(to count: Int) throws {
        pending = []
        do {
            try database.write {
                try $0.execute(sql: "DELETE FROM record WHERE sequence >= ?", arguments: [count])
            }
        } catch {
            throw StoreError(error, path: database.path)
        }
        self.count = count
    }

    /// Records in order, all or of some kinds.
    public func rows(of kinds: [OptimistCore.Record.Kind] = []) throws -> [Row] {
        do {
            return try database.read { database in
                let all = try GRDB.Row.fetchAll(
                    database, sql: "SELECT * FROM record ORDER BY sequence")
                return try all.compactMap { row in
                    let row = try RunStore.decode(row)
                    return kinds.isEmpty || kinds.contains(row.kind) ? row : nil
                }
            }
        } catch {
            throw StoreError(error, path: database.path)
        }
    }

    /// The records of a run that may be in training: the file is not changed.
    ///
    /// - Throws: `RunError.damaged` where there is no store, `StoreError` where it cannot be read.
    public static func readRows(of folder: RunFolder) throws -> [Row] {
        guard FileManager.default.fileExists(atPath: folder.store) else {
            throw RunError.damaged(
                path: folder.path, reason: "its records, run.sqlite, are missing")
        }
        return try RunStore(path: folder.store).rows()
    }

    /// Closes the file.
    public func close() throws { try database.close() }
}

extension RunStore {
    private static func insert(_ row: Row, into database: Database) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let bound = try row.bound.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        try database.execute(
            sql: "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                row.sequence, row.step, row.kind.rawValue, encode(row.metrics), bound,
                row.message, row.time, row.attempt,
            ])
    }

    /// `[[name, value], …]`; a value that is not finite is its name as text.
    private static func encode(_ metrics: [Metric]) -> String {
        JSONValue.list(
            metrics.map { metric in
                let value: JSONValue =
                    metric.value.isFinite ? .number(metric.value) : .text("\(metric.value)")
                return .list([.text(metric.name), value])
            }
        ).text()
    }

    private static func decode(_ row: GRDB.Row) throws -> Row {
        let decoder = JSONDecoder()
        guard let kind = OptimistCore.Record.Kind(rawValue: row["kind"]) else {
            throw StoreError.damaged(path: "run.sqlite", reason: "a record of an unknown kind")
        }
        let pairs = try decoder.decode(
            [JSONValue].self, from: Data((row["metrics"] as String).utf8))
        let bound: String? = row["bound"]
        return Row(
            sequence: row["sequence"], step: row["step"], kind: kind,
            metrics: pairs.compactMap(metric),
            bound: try bound.map {
                try decoder.decode(Bound<Double>.self, from: Data($0.utf8))
            },
            message: row["message"], time: row["time"], attempt: row["attempt"])
    }

    private static func metric(_ pair: JSONValue) -> Metric? {
        guard case .list(let parts) = pair, parts.count == 2, case .text(let name) = parts[0]
        else { return nil }
        switch parts[1] {
        case .number(let value): return Metric(name, value)
        case .text(let value): return Metric(name, Double(value) ?? .nan)
        default: return nil
        }
    }
}

/// Why a run's store could not be used.
public enum StoreError: Error, Equatable, Sendable {
    /// Another process is using it.
    case locked(path: String)
    /// The disk is full.
    case full(path: String)
    /// It is not a store, or damaged.
    case damaged(path: String, reason: String)

    init(_ error: any Error, path: String) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self = .damaged(path: path, reason: "\(error)")
            return
        }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked(path: path)
        case .SQLITE_FULL: self = .full(path: path)
        default: self = .damaged(path: path, reason: error.message ?? "\(error.resultCode)")
        }
    }
}

extension StoreError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .locked(let path): "\(path) is locked by another process: wait until it has ended"
        case .full(let path): "the disk is full: \(path) was not written; free some space"
        case .damaged(let path, let reason): "\(path) cannot be read as a run's store: \(reason)"
        }
    }
}
