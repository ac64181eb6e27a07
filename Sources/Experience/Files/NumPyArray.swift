import Foundation
import OptimistCore

/// An array as NumPy stores it: little-endian, row-major.
struct NumPyArray: Equatable {
    /// The element types that are read and written.
    enum Element: String, CaseIterable {
        case float32 = "<f4"
        case float64 = "<f8"
        case int64 = "<i8"
        case byte = "|u1"
        case truth = "|b1"

        /// Bytes of one element.
        var size: Int {
            switch self {
            case .float32: 4
            case .float64, .int64: 8
            case .byte, .truth: 1
            }
        }
    }

    var element: Element
    var shape: [Int]
    var bytes: Data

    /// An array of plain numbers.
    init<Number>(_ values: [Number], _ element: Element, shape: [Int]) {
        self.element = element
        self.shape = shape
        bytes = values.withUnsafeBytes { Data($0) }
    }

    /// The bytes of an `.npy` file (format 1.0).
    var file: Data {
        let sizes = shape.map { "\($0)" }.joined(separator: ", ")
        let tuple = shape.count == 1 ? "(\(sizes),)" : "(\(sizes))"
        var header =
            "{'descr': '\(element.rawValue)', 'fortran_order': False, 'shape': \(tuple), }"
        // The data starts at a multiple of 64 bytes.
        let length = (header.utf8.count + 11 + 63) / 64 * 64 - 10
        header += String(repeating: " ", count: length - header.utf8.count - 1) + "\n"
        var data = Data([0x93] + "NUMPY".utf8 + [1, 0])
        data.append(UInt16(length))
        return data + Data(header.utf8) + bytes
    }

    /// The array in an `.npy` file.
    ///
    /// - Throws: `ArrayFileError` where the file is none, or of a kind that is not read here.
    init(file: Data, path: String) throws {
        let file = Data(file)
        func damaged(_ reason: String) -> ArrayFileError { .damaged(path: path, reason: reason) }
        guard file.count >= 12, file.prefix(6) == Data([0x93] + "NUMPY".utf8) else {
            throw damaged("it is no array of NumPy's")
        }
        let wide = file[6] >= 2
        let start = wide ? 12 : 10
        let length = (0..<(wide ? 4 : 2)).reduce(0) { $0 | Int(file[8 + $1]) << (8 * $1) }
        guard start + length <= file.count else { throw damaged("its header is cut off") }
        let header = String(decoding: file[start..<start + length], as: UTF8.self)
        guard let element = Element.allCases.first(where: { header.contains("'\($0.rawValue)'") })
        else {
            throw ArrayFileError.unsupported(path: path, what: "arrays with the header \(header)")
        }
        guard !header.contains("'fortran_order': True") else {
            throw ArrayFileError.unsupported(path: path, what: "arrays in Fortran order")
        }
        guard let shape = NumPyArray.shape(in: header) else { throw damaged("it has no shape") }
        var cells = 1
        for size in shape {
            let (product, overflow) = cells.multipliedReportingOverflow(by: size)
            guard !overflow else { throw damaged("the shape \(shape) is too large") }
            cells = product
        }
        guard cells <= file.count, file.count - start - length == cells * element.size else {
            throw damaged("the shape \(shape) does not fit its \(file.count) bytes")
        }
        self.element = element
        self.shape = shape
        bytes = file.suffix(from: start + length)
    }

    private static func shape(in header: String) -> [Int]? {
        guard let key = header.range(of: "'shape':"),
            let open = header[key.upperBound...].firstIndex(of: "("),
            let close = header[open...].firstIndex(of: ")")
        else { return nil }
        let parts = header[header.index(after: open)..<close].split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        let sizes = parts.compactMap { Int($0) }
        return sizes.count == parts.count && sizes.allSatisfy { $0 >= 0 } ? sizes : nil
    }

    /// The elements as an array of a type of the same size.
    func values<Number>(as type: Number.Type) -> [Number] {
        let count = bytes.count / MemoryLayout<Number>.size
        return Array(unsafeUninitializedCapacity: count) { buffer, filled in
            bytes.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
            filled = count
        }
    }
}

/// Why a file of arrays could not be read.
public enum ArrayFileError: Error, Equatable, Sendable {
    /// It is not what it should be.
    case damaged(path: String, reason: String)
    /// It is of a kind that is not read here.
    case unsupported(path: String, what: String)
    /// It has no array of that name.
    case missing(path: String, name: String)
    /// An array has another type or shape than it should.
    case mismatch(path: String, name: String, found: String, expected: String)
}

extension ArrayFileError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .damaged(let path, let reason): "\(path) cannot be read: \(reason)"
        case .unsupported(let path, let what): "\(path) cannot be read: no support for \(what)"
        case .missing(let path, let name): "\(path) has no array '\(name)'"
        case .mismatch(let path, let name, let found, let expected):
            "'\(name)' in \(path) is \(found), expected \(expected)"
        }
    }
}
