import Foundation
import OptimistEnvironments
import Testing

@Suite(.enabled(if: Python.isThere, Python.need)) struct AgreementTests {
    @Test(arguments: ["Pendulum-v1", "CartPole-v1", "FrozenLake-v1"])
    func `steps equal Python's own loop bit for bit`(name: String) throws {
        try compare(name, steps: 450)
    }

    @Test(
        .enabled(if: Python.hasMuJoCo, Python.needMuJoCo),
        arguments: ["HalfCheetah-v5", "InvertedPendulum-v5"])
    func `steps of MuJoCo equal Python's own loop bit for bit`(name: String) throws {
        try compare(name, steps: 1100)
    }

    @Test func `copies in several processes equal copies in one`() throws {
        let folder = try TestFolder()
        var outcomes: [VectorOutcome] = []
        for processes in 1...3 {
            var options = folder.options
            options.processes = processes
            let world = try GymnasiumEnvironments(
                GymnasiumName("gym:Pendulum-v1"), count: 5, options: options)
            defer { world.close() }
            #expect(world.workerIdentifiers.count == processes)
            for copy in 0..<5 { try world.reset(copy, seed: UInt64(copy)) }
            for _ in 0..<50 { try world.step([0.7]) }
            outcomes.append(world.outcome)
        }
        #expect(outcomes[1].observations == outcomes[0].observations)
        #expect(outcomes[2].observations == outcomes[0].observations)
        #expect(outcomes[1].rewards == outcomes[0].rewards)
        #expect(outcomes[2].rewards == outcomes[0].rewards)
    }

    @Test func `the facts of a registered environment are told`() throws {
        let folder = try TestFolder()
        let world = try GymnasiumEnvironments(
            GymnasiumName("gym:CartPole"), options: folder.options)
        defer { world.close() }
        #expect(world.name == "gym:CartPole" && world.identifier == "CartPole-v1")
        #expect(world.timeLimit == 500 && !world.isRegisteredNondeterministic)
        #expect(world.lastLines.contains("CartPole-v1"))
    }

    /// Steps an environment with the actions of Python's loop and compares all that came.
    private func compare(_ name: String, steps: Int) throws {
        let folder = try TestFolder()
        var seed: UInt64 = 17
        let script = try folder.write("loop.py", PackageResources.loop_py)
        let log = folder.path + "/log"
        let process = Process()
        process.executableURL = URL(filePath: try PythonInterpreter.find().path)
        process.arguments = [script, name, "\(steps)", "\(seed)", log]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)

        let world = try GymnasiumEnvironment(GymnasiumName("gym:" + name), options: folder.options)
        defer { world.close() }
        var reader = LogReader(bytes: [UInt8](try Data(contentsOf: URL(filePath: log))))
        let width = world.observationSpace.width
        #expect(try world.reset(seed: seed) == .floats(reader.floats(width)))
        var endings = 0
        for index in 0..<steps {
            let step = try world.step(reader.floats(world.actionSpace.width))
            try #require(step.observation == .floats(reader.floats(width)), "step \(index)")
            try #require(step.reward.bitPattern == reader.word(), "step \(index)")
            let flags = reader.byte()
            let ending = Ending(terminated: flags & 1 != 0, truncated: flags & 2 != 0)
            try #require(step.ending == ending, "step \(index)")
            if ending != .none {
                endings += 1
                seed += 1
                #expect(try world.reset(seed: seed) == .floats(reader.floats(width)))
            }
        }
        #expect(reader.isAtEnd && endings > 0)
    }
}

/// Reads what `loop.py` wrote.
private struct LogReader {
    let bytes: [UInt8]
    var position = 0
    var isAtEnd: Bool { position == bytes.count }

    mutating func floats(_ count: Int) -> [Float] {
        defer { position += 4 * count }
        return bytes.withUnsafeBytes { raw in
            (0..<count).map {
                raw.loadUnaligned(fromByteOffset: position + 4 * $0, as: Float.self)
            }
        }
    }

    mutating func word() -> UInt64 {
        defer { position += 8 }
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: UInt64.self) }
    }

    mutating func byte() -> UInt8 {
        defer { position += 1 }
        return bytes[position]
    }
}
