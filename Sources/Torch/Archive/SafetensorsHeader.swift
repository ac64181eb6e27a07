/// The header of a safetensors file, checked in every part.
///
/// A file is the length of the header (8 bytes, little endian), the header in JSON, and the bytes
/// of the tensors without gaps. The header maps names to element type, shape and range of bytes,
/// and `__metadata__` to an object of texts.
struct SafetensorsHeader {
    /// An element type as it is written in files.
    enum StoredType: String, CaseIterable {
        case float32 = "F32"
        case float64 = "F64"
        case int64 = "I64"
        case uint8 = "U8"
        case bool = "BOOL"
        case float16 = "F16"
        case bfloat16 = "BF16"

        var byteCount: Int {
            switch self {
            case .float64, .int64: 8
            case .float32: 4
            case .float16, .bfloat16: 2
            case .uint8, .bool: 1
            }
        }

        init(_ type: ElementType) {
            switch type {
            case .float32: self = .float32
            case .float64: self = .float64
            case .int64: self = .int64
            case .uint8: self = .uint8
            case .bool: self = .bool
            }
        }
    }

    /// What the header says of one tensor; the range counts from the end of the header.
    struct Entry {
        var name: String
        var type: StoredType
        var shape: [Int]
        var range: Range<Int>
    }

    /// No header may be longer.
    static let lengthLimit = 100_000_000
    /// No tensor may have more axes.
    static let rankLimit = 64

    /// The tensors in the order of the header.
    var entries: [Entry] = []
    /// The texts of `__metadata__` in their order.
    var metadata: [(key: String, value: String)] = []

    /// Reads a header of a file with `dataLength` bytes of tensors.
    init(parsing bytes: [UInt8], dataLength: Int, file: String) throws(ArchiveError) {
        let value: HeaderValue
        do {
            value = try StrictJSON.parse(bytes)
        } catch {
            switch error {
            case .syntax(let offset, let reason):
                throw .invalidHeader(file: file, offset: offset, reason: reason)
            case .duplicate(let key): throw .duplicateName(file: file, name: key)
            }
        }
        guard bytes.first == UInt8(ascii: "{"), case .object(let members) = value else {
            throw .invalidHeader(file: file, offset: 0, reason: "it is not an object")
        }
        for (name, value) in members {
            if name == "__metadata__" {
                metadata = try Self.texts(value, file)
            } else {
                entries.append(try Self.entry(name, value, dataLength, file))
            }
        }
        try checkPlaces(dataLength, file)
    }

    private static func texts(
        _ value: HeaderValue, _ file: String
    ) throws(ArchiveError) -> [(key: String, value: String)] {
        guard case .object(let members) = value else {
            throw .invalidValue(file: file, name: "__metadata__", reason: "it is not an object")
        }
        var result: [(key: String, value: String)] = []
        for (key, value) in members {
            guard case .text(let text) = value else {
                throw .invalidValue(file: file, name: key, reason: "metadata is not a text")
            }
            result.append((key, text))
        }
        return result
    }

    private static func entry(
        _ name: String, _ value: HeaderValue, _ dataLength: Int, _ file: String
    ) throws(ArchiveError) -> Entry {
        func invalid(_ reason: String) -> ArchiveError {
            .invalidHeader(file: file, offset: 0, reason: "the tensor '\(name)' \(reason)")
        }
        guard case .object(let members) = value else { throw invalid("is not an object") }
        guard Set(members.map(\.key)) == ["dtype", "shape", "data_offsets"] else {
            throw invalid("does not have just the keys dtype, shape and data_offsets")
        }
        func member(_ key: String) -> HeaderValue { members.first { $0.key == key }!.value }
        guard case .text(let typeName) = member("dtype") else {
            throw invalid("has a dtype that is not a text")
        }
        guard let type = StoredType(rawValue: typeName) else {
            throw .unknownType(file: file, tensor: name, type: typeName)
        }
        guard let shape = integers(member("shape")) else {
            throw invalid("has a shape that is not a list of integers")
        }
        guard let offsets = integers(member("data_offsets")), offsets.count == 2 else {
            throw invalid("has data_offsets that are not two integers")
        }
        let (from, to) = (offsets[0], offsets[1])
        guard 0 <= from, from <= to, to <= dataLength else {
            throw .invalidRange(file: file, tensor: name, from: from, to: to)
        }
        let expected = try byteCount(shape, type, name, file)
        guard expected == to - from else {
            throw .wrongSize(file: file, tensor: name, expected: expected, found: to - from)
        }
        return Entry(name: name, type: type, shape: shape, range: from..<to)
    }

    private static func integers(_ value: HeaderValue) -> [Int]? {
        guard case .list(let elements) = value else { return nil }
        var result: [Int] = []
        for element in elements {
            guard case .integer(let number) = element else { return nil }
            result.append(number)
        }
        return result
    }

    // Sizes of 0 count as 1 in the check for overflow: strides are computed from them too.
    private static func byteCount(
        _ shape: [Int], _ type: StoredType, _ name: String, _ file: String
    ) throws(ArchiveError) -> Int {
        func invalid(_ reason: String) -> ArchiveError {
            .invalidShape(file: file, tensor: name, reason: reason)
        }
        if shape.count > rankLimit { throw invalid("\(shape.count) axes are too many") }
        if let size = shape.first(where: { $0 < 0 }) { throw invalid("the size \(size)") }
        var product = type.byteCount
        for size in shape {
            let (result, overflow) = product.multipliedReportingOverflow(by: max(size, 1))
            if overflow { throw invalid("\(shape) is too large") }
            product = result
        }
        return shape.contains(0) ? 0 : product
    }

    // In the order of their bytes the tensors follow one another without gaps to the end.
    private func checkPlaces(_ dataLength: Int, _ file: String) throws(ArchiveError) {
        let ordered = entries.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        var end = 0
        for entry in ordered {
            if entry.range.lowerBound != end {
                throw .misplaced(
                    file: file, tensor: entry.name, from: entry.range.lowerBound, expected: end)
            }
            end = entry.range.upperBound
        }
        if end != dataLength { throw .wrongLength(file: file, expected: end, found: dataLength) }
    }
}
