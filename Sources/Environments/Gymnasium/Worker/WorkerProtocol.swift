import Foundation

/// Commands to a worker; the numbers are `worker.py`'s.
enum WorkerCommand: UInt32 {
    case start = 1
    case map
    case step
    case reset
    case render
    case table
}

/// Kinds of replies; the numbers are `worker.py`'s.
enum WorkerReply: UInt32 {
    case done = 100
    case failed
}

/// Bytes of a command, little-endian.
struct WorkerBytes {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Reads the bytes of a reply, never beyond their end.
struct WorkerReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Bytes not read yet.
    var remaining: Int { bytes.count - position }

    /// The next number.
    mutating func number() throws -> UInt32 {
        try slice(4).loadUnaligned(as: UInt32.self)
    }

    /// The next 64-bit float.
    mutating func real() throws -> Double {
        try slice(8).loadUnaligned(as: Double.self)
    }

    /// The next `count` values of a plain type.
    mutating func values<Value: BitwiseCopyable>(_ count: Int, of type: Value.Type) throws
        -> [Value]
    {
        let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Value>.stride)
        if overflow || count < 0 { throw WorkerTrouble.violation("\(count) values") }
        let source = try slice(size)
        return [Value](unsafeUninitializedCapacity: count) { target, filled in
            UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
            filled = count
        }
    }

    /// The next `count` bytes.
    mutating func slice(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else {
            throw WorkerTrouble.violation("it ends \(count - remaining) bytes early")
        }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    /// Refuses bytes that nothing asked for.
    func expectEnd() throws {
        if remaining > 0 { throw WorkerTrouble.violation("\(remaining) bytes too many") }
    }

    /// The next `count` bytes as JSON.
    mutating func json<Value: Decodable>(_ count: Int, as type: Value.Type) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(try slice(count)))
        } catch let error as DecodingError {
            throw WorkerTrouble.violation("it holds no \(type): \(error)")
        }
    }
}

/// What a worker says of a failure.
struct WorkerFailure: Decodable, Error {
    let kind: String
    let text: String
    let near: [String]?
    let python: String?
}
