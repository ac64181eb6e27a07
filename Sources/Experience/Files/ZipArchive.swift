import Foundation
import OptimistCore

/// The plain subset of ZIP that `.npz` files are made of: members stored without compression.
enum ZipArchive {
    /// A named member.
    struct Member: Equatable {
        var name: String
        var data: Data
    }

    /// The bytes of an archive with the given members.
    static func write(_ members: [Member]) -> Data {
        var data = Data()
        var directory = Data()
        for member in members {
            let offset = data.count
            let name = Data(member.name.utf8)
            var header = Data()
            // version 2.0, no flags, stored, 1 January 1980: equal contents give equal bytes.
            for field in [20, 0, 0, 0, 0x21] as [UInt16] { header.append(field) }
            header.append(CRC32.checksum(member.data))
            header.append(UInt32(member.data.count))
            header.append(UInt32(member.data.count))
            header.append(UInt16(name.count))
            header.append(UInt16(0))
            data.append(UInt32(0x0403_4B50))
            data.append(header + name + member.data)
            directory.append(UInt32(0x0201_4B50))
            directory.append(UInt16(20))
            directory.append(header)
            for field in [0, 0, 0] as [UInt16] { directory.append(field) }
            directory.append(UInt32(0))
            directory.append(UInt32(offset))
            directory.append(name)
        }
        let start = data.count
        data.append(directory)
        data.append(UInt32(0x0605_4B50))
        for field in [0, 0, UInt16(members.count), UInt16(members.count)] { data.append(field) }
        data.append(UInt32(directory.count))
        data.append(UInt32(start))
        data.append(UInt16(0))
        return data
    }

    /// The members of an archive.
    ///
    /// - Throws: `ArrayFileError` for anything that is not a stored archive with sound bounds.
    static func read(_ data: Data, path: String) throws -> [Member] {
        let reader = ByteReader(data: data, path: path)
        let (count, start) = try reader.endOfDirectory()
        var offset = start
        return try (0..<count).map { _ in
            let (member, length) = try reader.member(at: offset)
            offset += length
            return member
        }
    }
}

extension Data {
    mutating func append(_ value: UInt16) { append(littleEndian: UInt64(value), bytes: 2) }
    mutating func append(_ value: UInt32) { append(littleEndian: UInt64(value), bytes: 4) }

    private mutating func append(littleEndian value: UInt64, bytes: Int) {
        for byte in 0..<bytes { append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte)))) }
    }
}

/// Reads little-endian fields of a file that may be anything.
private struct ByteReader {
    let data: Data
    let path: String

    func field(_ offset: Int, _ bytes: Int) throws -> Int {
        guard offset >= 0, offset <= data.count - bytes else {
            throw ArrayFileError.damaged(path: path, reason: "it ends too early")
        }
        return (0..<bytes).reduce(0) {
            $0 | Int(data[data.startIndex + offset + $1]) << (8 * $1)
        }
    }

    func slice(_ offset: Int, _ count: Int) throws -> Data {
        guard offset >= 0, count >= 0, offset <= data.count - count else {
            throw ArrayFileError.damaged(path: path, reason: "a member lies outside the file")
        }
        return data.subdata(in: data.startIndex + offset..<data.startIndex + offset + count)
    }

    func endOfDirectory() throws -> (count: Int, start: Int) {
        // The end record is 22 bytes and may be followed by a comment of up to 65,535.
        var offset = data.count - 22
        while offset >= 0, data.count - offset < 66_000 {
            if try field(offset, 4) == 0x0605_4B50 {
                let count = try field(offset + 10, 2)
                if count == 0xFFFF {
                    throw ArrayFileError.unsupported(path: path, what: "ZIP64 archives")
                }
                return (count, try field(offset + 16, 4))
            }
            offset -= 1
        }
        throw ArrayFileError.damaged(path: path, reason: "it is no ZIP archive")
    }

    /// The member that a directory entry names, and the entry's length.
    func member(at offset: Int) throws -> (ZipArchive.Member, Int) {
        guard try field(offset, 4) == 0x0201_4B50 else {
            throw ArrayFileError.damaged(path: path, reason: "its directory is broken")
        }
        guard try field(offset + 10, 2) == 0 else {
            throw ArrayFileError.unsupported(
                path: path, what: "compressed members; write it with savez, not savez_compressed")
        }
        let lengths = try (0..<3).map { try field(offset + 28 + 2 * $0, 2) }
        let name = String(decoding: try slice(offset + 46, lengths[0]), as: UTF8.self)
        let local = try field(offset + 42, 4)
        let start = try local + 30 + field(local + 26, 2) + field(local + 28, 2)
        let contents = try slice(start, field(offset + 24, 4))
        guard try CRC32.checksum(contents) == UInt32(field(offset + 16, 4)) else {
            throw ArrayFileError.damaged(path: path, reason: "the checksum of '\(name)' is wrong")
        }
        return (.init(name: name, data: contents), 46 + lengths.reduce(0, +))
    }
}

/// The checksum of ZIP and PNG.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in
            value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
        }
    }

    /// The checksum of some bytes.
    static func checksum(_ data: Data) -> UInt32 {
        ~data.reduce(~UInt32(0)) { sum, byte in
            table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8)
        }
    }
}
