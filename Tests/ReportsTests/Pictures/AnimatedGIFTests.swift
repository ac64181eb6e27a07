import OptimistCore
import OptimistReports
import Testing

@Suite struct AnimatedGIFTests {
    private let width = 70
    private let height = 50

    /// The picture with a color for each place.
    private func picture(_ width: Int, _ height: Int, _ color: (Int, Int) -> [UInt8]) -> [UInt8] {
        var rgb: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width { rgb += color(x, y) }
        }
        return rgb
    }

    /// A white frame with a colored square at a place.
    private func frame(_ place: Int) -> [UInt8] {
        picture(width, height) { x, y in
            let inside = (place..<(place + 8)).contains(x) && (10..<18).contains(y)
            return inside ? [200, UInt8(place), 30] : [255, 255, 255]
        }
    }

    @Test func `frames of few colors come back exactly, also unchanged ones`() throws {
        var animation = AnimatedGIF(width: width, height: height, framesPerSecond: 30)
        let frames = [0, 5, 5, 40].map(frame)
        for frame in frames { animation.append(rgb: frame) }
        let read = try GIFReader.decode(animation.finished())
        #expect(read.frames == frames)
        #expect(read.delays == [3, 3, 3, 3])
    }

    @Test func `noise of 256 colors fills and clears the code table`() throws {
        var generator = Generator(seed: 3)
        var animation = AnimatedGIF(width: 200, height: 160, framesPerSecond: 1_000)
        let noise = (0..<(200 * 160)).flatMap { _ -> [UInt8] in
            let level = UInt8.random(in: 0...255, using: &generator)
            return [level, 255 - level, level / 2]
        }
        animation.append(rgb: noise)
        let read = try GIFReader.decode(animation.finished())
        #expect(read.frames == [noise])
        #expect(read.delays == [2])
    }

    @Test(arguments: [1, 2, 3, 4, 5, 13, 62, 63, 64, 253, 254, 255, 509, 510, 511, 1_021, 1_022])
    func `every count of codes ends well`(count: Int) throws {
        let pixels = picture(count, 1) { x, _ in [UInt8(x * x % 251), UInt8(x % 2), 0] }
        var animation = AnimatedGIF(width: count, height: 1, framesPerSecond: 10)
        animation.append(rgb: pixels)
        let read = try GIFReader.decode(animation.finished())
        // 126 squares modulo 251, each with an odd or even place.
        #expect(read.frames == [pixels])
    }

    @Test func `frames of many colors come close`() throws {
        let (width, height) = (128, 128)
        let rgb = picture(width, height) { x, y in
            [UInt8(2 * x), UInt8(2 * y), UInt8((x + y) / 2)]
        }
        var animation = AnimatedGIF(width: width, height: height, framesPerSecond: 10)
        animation.append(rgb: rgb)
        let read = try GIFReader.decode(animation.finished()).frames[0]
        let differences = zip(rgb, read).map { abs(Int($0) - Int($1)) }
        let worst = try #require(differences.max())
        let mean = Double(differences.reduce(0, +)) / Double(rgb.count)
        #expect(worst <= 24 && mean < 6)
    }
}
