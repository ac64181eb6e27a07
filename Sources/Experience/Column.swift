import OptimistCore
import OptimistEnvironments

/// A named column of an episode: one row of floats for each step.
public struct Column: Sendable, Equatable {
    /// Numbers in a row.
    public let width: Int
    /// `steps × width` numbers.
    public internal(set) var values: [Float]

    /// A column with its rows.
    public init(width: Int, values: [Float] = []) {
        if width < 1 || values.count % width != 0 {
            fail("Column", "\(values.count) values in rows of \(width)")
        }
        self.width = width
        self.values = values
    }
}

/// Observation rows of an episode, as floats or as bytes.
public enum ObservationColumn: Sendable, Equatable {
    /// Rows of floats.
    case floats([Float])
    /// Rows of bytes.
    case bytes([UInt8])

    /// An empty column for a space.
    public init(for space: ElementKind) {
        self = space == .byte ? .bytes([]) : .floats([])
    }

    /// Adds a row. The numbers are taken out meanwhile, so that they grow where they are.
    mutating func append(_ row: Observation) {
        switch row {
        case .floats(let numbers):
            guard case .floats(var values) = self else { Self.refuse("floats", "bytes") }
            self = .floats([])
            values.append(contentsOf: numbers)
            self = .floats(values)
        case .bytes(let numbers):
            guard case .bytes(var values) = self else { Self.refuse("bytes", "floats") }
            self = .bytes([])
            values.append(contentsOf: numbers)
            self = .bytes(values)
        }
    }

    private static func refuse(_ given: String, _ kept: String) -> Never {
        fail("Episode.append", "\(given) in an episode of \(kept)")
    }

    /// Numbers stored.
    public var count: Int {
        switch self {
        case .floats(let values): values.count
        case .bytes(let values): values.count
        }
    }

    /// What each number is.
    public var kind: ElementKind {
        switch self {
        case .floats: .float
        case .bytes: .byte
        }
    }
}

/// What the numbers of an observation are stored as.
public enum ElementKind: UInt8, Codable, Sendable {
    /// 32-bit floats.
    case float
    /// Bytes, such as pixels.
    case byte

    /// Bytes of one number.
    public var size: Int { self == .float ? 4 : 1 }
}
