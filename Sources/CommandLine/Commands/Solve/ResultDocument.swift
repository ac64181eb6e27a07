import Foundation
import OptimistCore

/// A result in JSON that is written a piece at a time: lists of millions of numbers never exist as
/// a tree. Keys are sorted, each list of numbers stands on a line of its own.
struct ResultDocument {
    /// A value.
    enum Node {
        /// A small one.
        case json(JSONValue)
        /// Numbers; those that are not finite are null.
        case numbers([Double])
        /// A list whose elements are made when they are written.
        case list(count: Int, element: (Int) -> Node)
    }

    private var entries: [String: Node] = [:]

    /// Sets a value.
    subscript(key: String) -> Node? {
        get { entries[key] }
        set { entries[key] = newValue }
    }

    /// Writes the document.
    ///
    /// - Parameter write: takes pieces of some ten thousand bytes.
    func write(to write: @escaping (Data) throws -> Void) throws {
        var text = PiecewiseText(write: write)
        var separator = "{\n  "
        for (key, node) in entries.sorted(by: { $0.key < $1.key }) {
            try text.append(separator + JSONValue.text(key).text() + ": ")
            try append(node, indent: "  ", to: &text)
            separator = ",\n  "
        }
        try text.append(entries.isEmpty ? "{}\n" : "\n}\n")
        try text.flush()
    }

    private func append(_ node: Node, indent: String, to text: inout PiecewiseText) throws {
        switch node {
        case .json(let value): try text.append(value.text())
        case .numbers(let numbers):
            var separator = "["
            for number in numbers {
                try text.append(separator)
                try text.append(number.isFinite ? JSONValue.text(number) : "null")
                separator = ", "
            }
            try text.append(numbers.isEmpty ? "[]" : "]")
        case .list(let count, let element):
            let inner = indent + "  "
            var separator = "[\n" + inner
            for index in 0..<count {
                try text.append(separator)
                try append(element(index), indent: inner, to: &text)
                separator = ",\n" + inner
            }
            try text.append(count == 0 ? "[]" : "\n" + indent + "]")
        }
    }
}

/// Text that is handed on in pieces.
private struct PiecewiseText {
    let write: (Data) throws -> Void
    private var bytes: [UInt8] = []

    init(write: @escaping (Data) throws -> Void) { self.write = write }

    mutating func append(_ text: String) throws {
        bytes.append(contentsOf: text.utf8)
        if bytes.count >= 1 << 16 { try flush() }
    }

    mutating func flush() throws {
        try write(Data(bytes))
        bytes.removeAll(keepingCapacity: true)
    }
}
