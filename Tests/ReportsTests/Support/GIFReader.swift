/// Reads the GIF files that tests make: written from the standard, apart from the writer.
enum GIFReader {
    struct Damaged: Error { var what: String }

    /// The frames as they are shown, and each one's delay in hundredths of a second.
    static func decode(_ file: [UInt8]) throws -> (frames: [[UInt8]], delays: [Int]) {
        guard Array(file.prefix(6)) == Array("GIF89a".utf8) else { throw Damaged(what: "header") }
        func word(_ at: Int) -> Int { Int(file[at]) | Int(file[at + 1]) << 8 }
        let (width, height) = (word(6), word(8))
        var screen = [UInt8](repeating: 0, count: 3 * width * height)
        var (frames, delays, offset) = ([[UInt8]](), [Int](), 13)
        while file[offset] != 0x3B {
            if file[offset] == 0x21 {
                if file[offset + 1] == 0xF9 { delays.append(word(offset + 4)) }
                offset += 2
                while file[offset] != 0 { offset += 1 + Int(file[offset]) }
                offset += 1
                continue
            }
            guard file[offset] == 0x2C else { throw Damaged(what: "block at \(offset)") }
            let box = [1, 3, 5, 7].map { word(offset + $0) }
            let colors = 1 << (Int(file[offset + 9] & 7) + 1)
            let table = offset + 10
            offset = table + 3 * colors
            let bits = Int(file[offset])
            offset += 1
            var data: [UInt8] = []
            while file[offset] != 0 {
                data += file[(offset + 1)...(offset + Int(file[offset]))]
                offset += 1 + Int(file[offset])
            }
            offset += 1
            let indices = try unpacked(data, bits: bits)
            guard indices.count == box[2] * box[3] else { throw Damaged(what: "pixels") }
            for (place, index) in indices.enumerated() {
                let pixel = (box[1] + place / box[2]) * width + box[0] + place % box[2]
                for channel in 0..<3 {
                    screen[3 * pixel + channel] = file[table + 3 * index + channel]
                }
            }
            frames.append(screen)
        }
        return (frames, delays)
    }

    private static func unpacked(_ data: [UInt8], bits: Int) throws -> [Int] {
        let clear = 1 << bits
        var (output, position, size) = ([Int](), 0, bits + 1)
        var strings: [[Int]] = []
        var last: [Int]?
        while true {
            guard position + size <= 8 * data.count else { throw Damaged(what: "no end") }
            let code = (0..<size).reduce(0) { value, bit in
                let at = position + bit
                return value | Int(data[at / 8] >> (at % 8) & 1) << bit
            }
            position += size
            if code == clear + 1 { return output }
            if code == clear {
                strings = (0..<clear).map { [$0] } + [[], []]
                (last, size) = (nil, bits + 1)
                continue
            }
            if strings.isEmpty { strings = (0..<clear).map { [$0] } + [[], []] }
            guard let previous = last else {
                last = strings[code]
                output += strings[code]
                continue
            }
            guard code <= strings.count else { throw Damaged(what: "code \(code)") }
            let current = code < strings.count ? strings[code] : previous + [previous[0]]
            if strings.count < 4096 { strings.append(previous + [current[0]]) }
            if strings.count == 1 << size, size < 12 { size += 1 }
            output += current
            last = current
        }
    }
}
