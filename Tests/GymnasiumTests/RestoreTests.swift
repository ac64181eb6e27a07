import OptimistEnvironments
import Testing

@Suite(.enabled(if: Python.isThere, Python.need)) struct RestoreTests {
    @Test func `an open episode of the pendulum comes back bit for bit`() throws {
        try restore("Pendulum-v1", steps: 60)
    }

    @Test(
        .enabled(if: Python.hasMuJoCo, Python.needMuJoCo),
        arguments: [("HalfCheetah-v5", 120), ("InvertedPendulum-v5", 3)])
    func `an open episode of MuJoCo comes back bit for bit`(name: String, steps: Int) throws {
        try restore(name, steps: steps)
    }

    @Test func `an environment that starts otherwise is told to be not deterministic`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Fickle", count: 2) { $0.processes = 1 }
        defer { world.close() }
        try world.reset(1, seed: 3)
        try [Float](repeating: 0, count: 2).withUnsafeBufferPointer {
            try world.step(actions: $0, active: [false, true])
        }
        let seen = Observation.floats(Array(world.outcome.observations.floats[2...]))
        let result = try world.replay(1, seed: 3, actions: [0], expectedObservation: seen)
        #expect(result == .differs(entry: 1) && !result.isExact)
    }

    @Test func `an episode that ends early is told to be not deterministic`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Fickle", ["ends=true"])
        defer { world.close() }
        try world.reset(0, seed: 3)
        for _ in 0..<3 { try world.step([0]) }
        let result = try world.replay(
            0, seed: 3, actions: [0, 0, 0], expectedObservation: world.outcome.observations)
        #expect(result == .endedEarly(step: 2))
    }

    /// Replays an episode in the same object and in a fresh one, and goes on in both.
    private func restore(_ name: String, steps: Int) throws {
        let folder = try TestFolder()
        func make() throws -> GymnasiumEnvironments {
            try GymnasiumEnvironments(
                GymnasiumName("gym:" + name), count: 2, options: folder.options)
        }
        let original = try make()
        defer { original.close() }
        let width = original.actionSpace.width
        let actions = (0..<(steps + 1) * width).map { Float(($0 * 7919) % 21 - 10) / 40 }
        for copy in 0..<2 { try original.reset(copy, seed: 5) }
        for step in 0..<steps {
            try original.step(Array(actions[step * width..<(step + 1) * width]))
        }
        let seen = original.outcome.observations.floats
        let row = Observation.floats(Array(seen[seen.count / 2..<seen.count]))
        let taken = Array(actions[..<(steps * width)])
        let next = Array(actions[(steps * width)...])
        try original.step(next)
        let outcome = original.outcome

        let fresh = try make()
        defer { fresh.close() }
        for world in [original, fresh] {
            for copy in 0..<2 {
                let result = try world.replay(
                    copy, seed: 5, actions: taken, expectedObservation: row)
                #expect(result == .exact)
            }
            try world.step(next)
            #expect(world.outcome.observations == outcome.observations)
            #expect(world.outcome.rewards == outcome.rewards)
        }
    }
}
