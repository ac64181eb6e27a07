import OptimistEnvironments
import Testing

@Suite(.enabled(if: Python.isThere, Python.need)) struct RenderTests {
    @Test func `a copy is drawn at the size asked for`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Probe", count: 2) { $0.rendering = true }
        defer { world.close() }
        try world.reset(1, seed: 0)
        let full = try #require(try world.render(1, width: 6, height: 4))
        #expect(full.pixels.count == 72)
        #expect(Array(full.pixels[..<3]) == [200, 0, 0])
        #expect(Array(full.pixels[15..<18]) == [200, 0, 100])
        let small = try #require(try world.render(1, width: 2, height: 2))
        #expect(small.pixels == [200, 0, 0, 200, 0, 100, 0, 0, 0, 0, 0, 100])
        let large = try #require(try world.render(1, width: 12, height: 8))
        #expect(Array(large.pixels[..<6]) == [200, 0, 0, 200, 0, 0])
    }

    @Test func `nothing is drawn where drawing was not asked for or is not possible`() throws {
        let folder = try TestFolder()
        let silent = try folder.make("Probe")
        defer { silent.close() }
        try silent.reset(0, seed: 0)
        #expect(try silent.render(0, width: 6, height: 4) == nil)
        let blind = try folder.make("Buffer") { $0.rendering = true }
        defer { blind.close() }
        try blind.reset(0, seed: 0)
        #expect(try blind.render(0, width: 6, height: 4) == nil)
    }

    @Test(.enabled(if: Python.hasMuJoCo, Python.needMuJoCo))
    func `MuJoCo draws without a screen, or it is said what is missing`() throws {
        let folder = try TestFolder()
        var options = folder.options
        options.rendering = true
        let world = try GymnasiumEnvironments(
            GymnasiumName("gym:InvertedPendulum-v5"), options: options)
        defer { world.close() }
        try world.reset(0, seed: 0)
        if let renderer = world.renderer {
            #expect(["egl", "osmesa"].contains(renderer))
            let picture = try #require(try world.render(0, width: 64, height: 48))
            #expect(Set(picture.pixels).count > 10)
        } else {
            let error = #expect(throws: GymnasiumError.self) {
                try world.render(0, width: 64, height: 48)
            }
            let sentence = try #require(error).description
            #expect(sentence.contains("MuJoCo draws with egl or osmesa, neither of which works"))
        }
        try world.step([0])
        #expect(world.outcome.rewards == [1])
    }
}
