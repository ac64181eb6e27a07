import Foundation
import OptimistCore
import OptimistEnvironments
import OrderedCollections

extension Episode {
    /// The episode as the bytes of an `.npz` file that `numpy.load` opens.
    ///
    /// Arrays: `observations` (T + 1 rows), `actions`, `rewards`, `terminated` and `truncated` (one
    /// truth value each), `seed`, `discrete` (whether actions are indices), and `column.NAME` for
    /// each extra column.
    public func npz() -> Data {
        let observationShape = [count + 1] + layout.observationShape
        let observationArray =
            switch observations {
            case .floats(let values): NumPyArray(values, .float32, shape: observationShape)
            case .bytes(let values): NumPyArray(values, .byte, shape: observationShape)
            }
        func flag(_ value: Bool) -> NumPyArray {
            NumPyArray([value ? 1 : 0 as UInt8], .truth, shape: [])
        }
        var arrays: [(String, NumPyArray)] = [
            ("observations", observationArray),
            ("actions", NumPyArray(actions, .float32, shape: [count] + layout.actionShape)),
            ("rewards", NumPyArray(rewards, .float64, shape: [count])),
            ("terminated", flag(ending == .terminated)),
            ("truncated", flag(ending == .truncated)),
            ("seed", NumPyArray([Int64(bitPattern: seed)], .int64, shape: [])),
            ("discrete", flag(layout.actionIsDiscrete)),
        ]
        for (name, column) in columns {
            let shape = [count, column.width]
            arrays.append(("column.\(name)", NumPyArray(column.values, .float32, shape: shape)))
        }
        return ZipArchive.write(
            arrays.map { ZipArchive.Member(name: $0.0 + ".npy", data: $0.1.file) })
    }

    /// The episode in an `.npz` file, such as `npz` writes.
    ///
    /// - Parameters:
    ///   - npz: the file's bytes.
    ///   - path: names the file in errors.
    ///   - identifier: the number that the episode gets.
    /// - Throws: `ArrayFileError` where an array is missing, damaged, or of another shape.
    public init(npz: Data, path: String, identifier: Int = 0) throws {
        let file = try ArrayFile(npz, path: path)
        let steps = try file.array("rewards", of: [.float64, .float32], rank: 1).shape[0]
        let seen = try file.array("observations", of: [.float32, .byte], rows: steps + 1)
        let taken = try file.array("actions", of: [.float32], rows: steps)
        let discrete = try file.flag("discrete")
        layout = EpisodeLayout(
            observationShape: Array(seen.shape.dropFirst()),
            observationKind: seen.element == .byte ? .byte : .float,
            actionShape: Array(taken.shape.dropFirst()), actionIsDiscrete: discrete)
        self.identifier = identifier
        seed = try UInt64(
            bitPattern: file.array("seed", of: [.int64], rank: 0).values(as: Int64.self)[0])
        observations =
            seen.element == .byte
            ? .bytes(seen.values(as: UInt8.self)) : .floats(seen.values(as: Float.self))
        actions = taken.values(as: Float.self)
        rewards = try file.doubles("rewards")
        ending = Ending(
            terminated: try file.flag("terminated"), truncated: try file.flag("truncated"))
        columns = [:]
        for name in file.names where name.hasPrefix("column.") {
            let array = try file.array(name, of: [.float32], rows: steps)
            let width = array.shape.dropFirst().reduce(1, *)
            guard width > 0 else { continue }
            columns[String(name.dropFirst(7))] = Column(
                width: width, values: array.values(as: Float.self))
        }
    }
}

/// The arrays of an `.npz` file by name.
private struct ArrayFile {
    let path: String
    private let arrays: OrderedDictionary<String, NumPyArray>

    init(_ data: Data, path: String) throws {
        self.path = path
        var arrays: OrderedDictionary<String, NumPyArray> = [:]
        for member in try ZipArchive.read(data, path: path) {
            let name = member.name.hasSuffix(".npy") ? String(member.name.dropLast(4)) : member.name
            arrays[name] = try NumPyArray(file: member.data, path: "\(path):\(name)")
        }
        self.arrays = arrays
    }

    var names: [String] { Array(arrays.keys) }

    func array(_ name: String, of elements: [NumPyArray.Element], rank: Int) throws -> NumPyArray {
        let array = try typed(name, elements)
        guard array.shape.count == rank else {
            throw mismatch(name, array, "an array with \(rank) axes")
        }
        return array
    }

    func array(_ name: String, of elements: [NumPyArray.Element], rows: Int) throws -> NumPyArray {
        let array = try typed(name, elements)
        guard array.shape.first == rows else { throw mismatch(name, array, "\(rows) rows") }
        return array
    }

    func flag(_ name: String) throws -> Bool {
        try array(name, of: [.truth], rank: 0).values(as: UInt8.self)[0] != 0
    }

    func doubles(_ name: String) throws -> [Double] {
        let array = try typed(name, [.float64, .float32])
        return array.element == .float64
            ? array.values(as: Double.self) : array.values(as: Float.self).map(Double.init)
    }

    private func typed(_ name: String, _ elements: [NumPyArray.Element]) throws -> NumPyArray {
        guard let array = arrays[name] else {
            throw ArrayFileError.missing(path: path, name: name)
        }
        guard elements.contains(array.element) else {
            throw mismatch(name, array, elements.map(\.rawValue).joined(separator: " or "))
        }
        return array
    }

    private func mismatch(_ name: String, _ array: NumPyArray, _ expected: String) -> ArrayFileError
    {
        .mismatch(
            path: path, name: name, found: "\(array.element.rawValue) \(array.shape)",
            expected: expected)
    }
}
