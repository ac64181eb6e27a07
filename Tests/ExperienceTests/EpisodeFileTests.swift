import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import Testing

@Suite struct EpisodeFileTests {
    private func episode(bytes: Bool = false) -> Episode {
        let layout = EpisodeLayout(
            observations: bytes ? .bytes(shape: [2, 1]) : .box(-9, 9, shape: [2]),
            actions: .box(-1, 1, shape: [1]))
        func row(_ step: Int) -> Observation {
            bytes ? .bytes([UInt8(step), 255]) : .floats([Float(step), -0.5])
        }
        var episode = Episode(layout, identifier: 0, seed: 77, first: row(0))
        for step in 1...3 {
            episode.append(
                action: [Float(step) / 4],
                step: Step(
                    observation: row(step), reward: Double(step) / 3,
                    ending: step == 3 ? .truncated : .none), columns: [("logProbability", [-1.5])])
        }
        return episode
    }

    @Test(arguments: [false, true])
    func `an episode comes back from its file`(bytes: Bool) throws {
        let episode = episode(bytes: bytes)
        #expect(try Episode(npz: episode.npz(), path: "test") == episode)
    }

    @Test(.enabled(if: python != nil, "no Python with NumPy was found"))
    func `NumPy opens it, and what NumPy writes is read`() throws {
        let folder = NSTemporaryDirectory() + "optimist-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try episode().npz().write(to: URL(fileURLWithPath: folder + "/a.npz"))
        let program = """
            import numpy, sys
            a = dict(numpy.load("a.npz"))
            assert a["observations"].shape == (4, 2) and a["actions"].shape == (3, 1)
            assert a["rewards"].dtype == numpy.float64 and bool(a["truncated"])
            assert int(a["seed"]) == 77 and a["column.logProbability"].shape == (3, 1)
            a["rewards"] = a["rewards"] * 3
            numpy.savez("b.npz", **a)
            numpy.savez_compressed("c.npz", **a)
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.python!)
        process.arguments = ["-c", program]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/b.npz"))
        #expect(try Episode(npz: data, path: "b.npz").rewards == [1, 2, 3])
        let compressed = try Data(contentsOf: URL(fileURLWithPath: folder + "/c.npz"))
        let error = #expect(throws: ArrayFileError.self) {
            try Episode(npz: compressed, path: "c.npz")
        }
        #expect(error?.description.contains("savez_compressed") == true)
    }

    @Test func `damaged files are refused, never trusted`() throws {
        let good = episode().npz()
        for length in stride(from: 0, to: good.count, by: 37) {
            #expect(throws: ArrayFileError.self) {
                try Episode(npz: good.prefix(length), path: "cut")
            }
        }
        var generator = Generator(seed: 5)
        for _ in 0..<300 {
            var bad = good
            bad[generator.integer(below: bad.count)] ^= UInt8(1 << generator.integer(below: 8))
            if let read = try? Episode(npz: bad, path: "flipped") {
                #expect(read.count == 3)
            }
        }
    }

    static let python: String? = {
        let named = ProcessInfo.processInfo.environment["OPTIMIST_PYTHON"]
        let local = FileManager.default.currentDirectoryPath + "/.deps/python/bin/python3"
        return [named, local].compactMap { $0 }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }()
}
