import OptimistCore
import OptimistEnvironments
import Testing

@Suite struct RenderingTests {
    private func ink(_ picture: Picture) -> [Double] {
        stride(from: 0, to: picture.pixels.count, by: 3).map {
            1 - Double(picture.pixels[$0]) / 255
        }
    }

    @Test func `shapes cover their area`() {
        var disc = Canvas(width: 64, height: 64, from: .zero, to: [64, 64])
        disc.disc(center: [30.3, 32.9], radius: 9.7, color: .black)
        #expect(abs(ink(disc.picture).reduce(0, +) - Double.pi * 9.7 * 9.7) < 2)
        var rectangle = Canvas(width: 64, height: 64, from: .zero, to: [64, 64])
        rectangle.rectangle(center: [30, 30], width: 20.5, height: 7.25, color: .black)
        #expect(abs(ink(rectangle.picture).reduce(0, +) - 20.5 * 7.25) < 2)
        var line = Canvas(width: 64, height: 64, from: .zero, to: [64, 64])
        line.line(from: [10, 12], to: [50, 42], thickness: 3, color: .black)
        #expect(abs(ink(line.picture).reduce(0, +) - (150 + Double.pi * 1.5 * 1.5)) < 3)
    }

    @Test func `edges are smooth and the top row is the top`() {
        var canvas = Canvas(width: 8, height: 4, from: .zero, to: [8, 4])
        canvas.rectangle(center: [4, 3.25], width: 8, height: 1.5, color: .black)
        let rows = ink(canvas.picture)
        #expect(rows[3] == 1 && abs(rows[8 + 3] - 0.5) < 0.01 && rows[16 + 3] == 0)
    }

    @Test func `the world is centred and nothing is stretched`() {
        var canvas = Canvas(width: 40, height: 20, from: [-1, -1], to: [1, 1])
        canvas.disc(center: .zero, radius: 1, color: .black)
        let cells = ink(canvas.picture)
        #expect(cells[10 * 40 + 20] == 1 && cells[10 * 40 + 11] == 1)
        #expect(cells[10 * 40 + 8] == 0 && cells[10 * 40 + 31] == 0)
    }

    @Test func `shapes outside the canvas or without a place draw nothing`() {
        var canvas = Canvas(width: 8, height: 8, from: .zero, to: [1, 1])
        canvas.disc(center: [9, 9], radius: 0.5, color: .black)
        canvas.line(from: [.nan, 0], to: [1, 1], thickness: 1, color: .black)
        #expect(canvas.picture.pixels.allSatisfy { $0 == 255 })
    }

    @Test(
        arguments: BuiltInEnvironment.allCases.filter { ![.lottery, .bandit, .lqr].contains($0) })
    func `every task with a shape is drawn at the size asked for`(
        builtIn: BuiltInEnvironment
    ) throws {
        var environment = try EnvironmentRegistry.standard.make(name: builtIn.rawValue)
        _ = try environment.reset(seed: 0)
        let before = try #require(try environment.render(width: 60, height: 40))
        #expect(before.width == 60 && before.height == 40)
        #expect(Set(before.pixels).count > 2)
        var generator = Generator(seed: 0)
        let pictures = try (0..<40).map { _ in
            let step = try environment.step(environment.actionSpace.sample(using: &generator))
            if step.ending != .none { _ = try environment.reset(seed: generator.next()) }
            return try #require(try environment.render(width: 60, height: 40))
        }
        #expect(pictures.contains { $0 != before })
    }

    @Test func `the pixel pendulum is a white rod of six pixels on black`() {
        let task = PixelPendulum()
        var row = [Float](repeating: 0, count: 512)
        let upright = Pendulum.State(angle: 0, velocity: 0)
        task.observe(.init(pendulum: upright, previousAngle: .pi / 2), into: &row)
        let now = (0..<256).map { row[2 * $0] }
        let before = (0..<256).map { row[2 * $0 + 1] }
        // Upright: a bar between columns 7 and 8, from the middle up to row 2.
        for line in 2..<8 { #expect(now[line * 16 + 7] > 100 && now[line * 16 + 8] > 100) }
        #expect(now[0..<16].allSatisfy { $0 == 0 } && now[9 * 16..<256].allSatisfy { $0 == 0 })
        // A quarter turn: to the right.
        for column in 8..<14 { #expect(before[7 * 16 + column] > 100) }
        #expect((0..<6).allSatisfy { before[7 * 16 + $0] == 0 })
        let lit = now.reduce(0, +) / 255
        #expect(abs(lit - 6) < 1.5)
    }

    @Test(arguments: [(16, true, false, 2), (16, false, false, 1), (32, true, true, 6)])
    func `pictures of the pendulum have the channels asked for`(
        size: Int, previous: Bool, color: Bool, channels: Int
    ) throws {
        var environment = try EnvironmentRegistry.standard.make(
            name: "pendulum-pixels",
            arguments: [
                ("size", "\(size)"), ("previous", "\(previous)"), ("color", "\(color)"),
                ("start", "hanging"),
            ])
        #expect(environment.observationSpace == .bytes(shape: [size, size, channels]))
        let first = try environment.reset(seed: 1).floats
        #expect(first.count == size * size * channels)
        if previous {
            let half = channels / 2
            #expect(
                (0..<size * size).allSatisfy {
                    first[$0 * channels] == first[$0 * channels + half]
                })
        }
    }
}
