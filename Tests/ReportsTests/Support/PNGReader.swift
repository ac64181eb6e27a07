/// Reads the PNG files that tests make: written from the standards, apart from the writer.
enum PNGReader {
    struct Damaged: Error { var what: String }

    static func decode(_ file: [UInt8]) throws -> (rgb: [UInt8], width: Int, height: Int) {
        var (width, height, data) = (0, 0, [UInt8]())
        var offset = 8
        func number(_ at: Int) -> Int { file[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
        while offset < file.count {
            let count = number(offset)
            let body = file[(offset + 4)..<(offset + 8 + count)]
            if number(offset + 8 + count) != Int(crc(body)) { throw Damaged(what: "checksum") }
            let content = Array(body.dropFirst(4))
            switch String(decoding: body.prefix(4), as: UTF8.self) {
            case "IHDR": (width, height) = (number(offset + 8), number(offset + 12))
            case "IDAT": data += content
            default: break
            }
            offset += 12 + count
        }
        return (try unfiltered(Inflate.zlib(data), width, height), width, height)
    }

    private static func unfiltered(_ rows: [UInt8], _ width: Int, _ height: Int) throws -> [UInt8] {
        let stride = 3 * width
        guard rows.count == (stride + 1) * height else { throw Damaged(what: "size") }
        var rgb = [UInt8](repeating: 0, count: stride * height)
        for y in 0..<height {
            let filter = rows[y * (stride + 1)]
            for x in 0..<stride {
                let value = rows[y * (stride + 1) + 1 + x]
                let left = x >= 3 ? rgb[y * stride + x - 3] : 0
                let up = y > 0 ? rgb[(y - 1) * stride + x] : 0
                switch filter {
                case 0: rgb[y * stride + x] = value
                case 1: rgb[y * stride + x] = value &+ left
                case 2: rgb[y * stride + x] = value &+ up
                default: throw Damaged(what: "filter \(filter)")
                }
            }
        }
        return rgb
    }

    private static func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var register: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 {
                register = register & 1 == 1 ? register >> 1 ^ 0xEDB8_8320 : register >> 1
            }
        }
        return ~register
    }
}

/// Reads deflate blocks with the fixed Huffman code.
enum Inflate {
    static func zlib(_ bytes: [UInt8]) throws -> [UInt8] {
        var (output, position) = ([UInt8](), 16)
        func bits(_ count: Int) -> Int {
            (0..<count).reduce(0) { value, bit in
                defer { position += 1 }
                return value | Int(bytes[position / 8] >> (position % 8) & 1) << bit
            }
        }
        func code(_ count: Int) -> Int {
            (0..<count).reduce(0) { value, _ in value << 1 | bits(1) }
        }
        func symbol() -> Int {
            var value = code(7)
            if value < 24 { return 256 + value }
            value = value << 1 | bits(1)
            if value < 192 { return value - 48 }
            if value < 200 { return 280 + value - 192 }
            return 144 + (value << 1 | bits(1)) - 400
        }
        guard bits(1) == 1, bits(2) == 1 else { throw PNGReader.Damaged(what: "block") }
        let bases = [
            3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99,
            115,
            131, 163, 195, 227, 258,
        ]
        let extras = [
            0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
        ]
        let far = [
            1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025,
            1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
        ]
        while true {
            let next = symbol()
            if next == 256 { break }
            if next < 256 {
                output.append(UInt8(next))
                continue
            }
            let length = bases[next - 257] + bits(extras[next - 257])
            let place = code(5)
            let distance = far[place] + bits(place < 4 ? 0 : place / 2 - 1)
            guard distance <= output.count else { throw PNGReader.Damaged(what: "distance") }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
        try check(output, bytes)
        return output
    }

    private static func check(_ output: [UInt8], _ bytes: [UInt8]) throws {
        var (low, high) = (1, 0)
        for byte in output {
            low = (low + Int(byte)) % 65_521
            high = (high + low) % 65_521
        }
        let stored = bytes.suffix(4).reduce(0) { $0 << 8 | Int($1) }
        if stored != high << 16 | low { throw PNGReader.Damaged(what: "Adler-32") }
    }
}
