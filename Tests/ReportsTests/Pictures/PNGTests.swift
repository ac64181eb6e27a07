import Foundation
import OptimistCore
import OptimistReports
import Testing

@Suite struct PNGTests {
    /// A smooth picture with a noisy corner: literals, matches and all filters occur.
    private func picture(_ width: Int, _ height: Int) -> [UInt8] {
        var generator = Generator(seed: 1)
        return (0..<height).flatMap { y in
            (0..<width).flatMap { x -> [UInt8] in
                if x < 9, y < 9 {
                    return (0..<3).map { _ in UInt8.random(in: 0...255, using: &generator) }
                }
                if y > height / 2 { return [200, 200, 255] }
                return [UInt8(x * 2 & 255), UInt8(y * 3 & 255), 7]
            }
        }
    }

    @Test(arguments: [(1, 1), (64, 48), (400, 300)])
    func `a decoder that shares no code reads the picture back`(width: Int, height: Int) throws {
        let rgb = picture(width, height)
        let file = PNG.encode(rgb: rgb, width: width, height: height)
        let read = try PNGReader.decode(file)
        #expect(read.width == width && read.height == height)
        #expect(read.rgb == rgb)
    }

    @Test func `flat pictures become small`() {
        let flat = [UInt8](repeating: 255, count: 3 * 400 * 400)
        #expect(PNG.encode(rgb: flat, width: 400, height: 400).count < 6_000)
    }

    @Test func `deflate brings back every byte, also of random data and none`() throws {
        var generator = Generator(seed: 2)
        let random = (0..<5_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let words = Array(String(repeating: "reward observation ", count: 4_000).utf8)
        let far = random + [UInt8](repeating: 1, count: 30_000) + random
        for bytes in [[], [7], random, words, far] {
            #expect(try Inflate.zlib(Deflate.zlib(bytes)) == bytes)
        }
        #expect(Deflate.zlib(words).count < words.count / 50)
    }
}

@Suite struct PictureConverterTests {
    private static let installed =
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/rsvg-convert")
        }

    @Test func `a missing program is named with its package`() {
        let converter = PictureConverter(program: "optimist-no-such-program")
        let error = PictureConverterError.programMissing(program: "optimist-no-such-program")
        #expect(throws: error) { try converter.png(of: "<svg/>") }
        #expect(error.description.contains("apt-get install librsvg2-bin"))
    }

    @Test func `the name of a file decides what is written`() throws {
        let folder = try TemporaryFolder()
        let converter = PictureConverter(program: "optimist-no-such-program")
        try converter.write("<svg/>", to: folder.file("a.SVG"))
        let written = try Data(contentsOf: URL(filePath: folder.file("a.SVG")))
        #expect(written == Data("<svg/>".utf8))
        #expect(throws: PictureConverterError.unknownKind(path: "a.pdf")) {
            try converter.write("<svg/>", to: "a.pdf")
        }
        #expect {
            try converter.write("<svg/>", to: folder.file("none/a.svg"))
        } throws: { error in
            if case PictureConverterError.cannotWrite = error { true } else { false }
        }
    }

    @Test(.enabled(if: installed, "no program rsvg-convert"))
    func `a chart becomes a picture of its size`() throws {
        let chart = Chart(xLabel: "x", yLabel: "y", series: [Series("a", x: [0, 1], y: [1, 2])])
        let png = try PictureConverter().png(of: chart.svg, zoom: 1)
        #expect(Array(png[1..<4]) == Array("PNG".utf8))
        let size = [16, 20].map { start in png[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
        }
        #expect(size == [640, 400])
    }

    @Test(.enabled(if: installed, "no program rsvg-convert"))
    func `what the program complains of is passed on`() {
        #expect {
            try PictureConverter().png(of: "this is no picture")
        } throws: { error in
            guard case PictureConverterError.failed(_, let status, let said) = error else {
                return false
            }
            return status != 0 && !said.isEmpty
        }
    }
}
