import OptimistCore
import OptimistEnvironments
import Testing

@Suite struct VectorTests {
    private let registry = EnvironmentRegistry.standard

    @Test(arguments: BuiltInEnvironment.allCases, [1, 3])
    func `copies side by side do what single ones do`(
        builtIn: BuiltInEnvironment, threads: Int
    ) throws {
        let (name, count) = (builtIn.rawValue, 5)
        let vector = try registry.makeVector(
            name: name, count: count, options: EnvironmentOptions(threads: threads))
        let sequence = SequentialEnvironments(
            try (0..<count).map { _ in try registry.make(name: name) })
        #expect(vector.observationSpace == sequence.observationSpace && vector.count == count)
        var generator = Generator(seed: 5)
        for copy in 0..<count {
            try vector.reset(copy, seed: UInt64(copy))
            try sequence.reset(copy, seed: UInt64(copy))
        }
        #expect(vector.outcome.observations == sequence.outcome.observations)
        for step in 0..<120 {
            let actions = (0..<count).flatMap { _ in vector.actionSpace.sample(using: &generator) }
            let active = (0..<count).map { ($0 + step) % 4 != 0 }
            try actions.withUnsafeBufferPointer {
                try vector.step(actions: $0, active: active)
                try sequence.step(actions: $0, active: active)
            }
            #expect(vector.outcome.observations == sequence.outcome.observations)
            #expect(vector.outcome.rewards == sequence.outcome.rewards)
            #expect(vector.outcome.endings == sequence.outcome.endings)
            for copy in 0..<count where vector.outcome.endings[copy] != .none {
                try vector.reset(copy, seed: UInt64(100 * step + copy))
                try sequence.reset(copy, seed: UInt64(100 * step + copy))
            }
        }
    }

    @Test func `the same seed gives the same episode and another seed another one`() throws {
        for builtIn in BuiltInEnvironment.allCases where builtIn != .lottery {
            let name = builtIn.rawValue
            let first = try playRandomly(name, seed: 3, limit: 50)
            #expect(try playRandomly(name, seed: 3, limit: 50) == first)
            #expect(try playRandomly(name, seed: 4, limit: 50) != first, "\(name)")
        }
    }

    @Test func `a termination on the last step allowed wins over the truncation`() throws {
        var environment = TaskEnvironment(Lottery())
        _ = environment.reset(seed: 0)
        #expect(try environment.step([0]).ending == .none)
        let last = try environment.step([0])
        #expect(last.ending == .terminated && last.reward == -1)
        var cut = TaskEnvironment(Lottery(), timeLimit: 1)
        _ = cut.reset(seed: 0)
        #expect(try cut.step([0]).ending == .truncated)
        var free = TaskEnvironment(Pendulum(), timeLimit: nil)
        let long = try play(&free, seed: 0, limit: 500) { _, _ in [0] }
        #expect(long.steps.allSatisfy { $0.ending == .none })
    }

    @Test func `a bad action moves nothing and names copy, step and entry`() throws {
        let vector = VectorTask(PointMass(), count: 2)
        for copy in 0..<2 { vector.reset(copy, seed: 1) }
        let before = vector.outcome
        let actions: [Float] = [0.5, 0, 0, .infinity]
        let error = #expect(throws: EnvironmentError.self) {
            try actions.withUnsafeBufferPointer {
                try vector.step(actions: $0, active: [true, true])
            }
        }
        #expect(
            error
                == .badAction(
                    environment: "point-mass", copy: 1, step: 1, entry: 1, value: "inf",
                    allowed: "-1.0 to 1.0"))
        #expect(vector.outcome.observations == before.observations)
        #expect(vector.state(0).position == vector.state(1).position)
        try actions.withUnsafeBufferPointer { try vector.step(actions: $0, active: [true, false]) }
        #expect(vector.outcome.observations != before.observations)
    }

    @Test func `a copy outside an episode cannot be stepped`() throws {
        let vector = VectorTask(Lottery(), count: 2)
        vector.reset(0, seed: 0)
        let error = #expect(throws: EnvironmentError.self) {
            try [Float](repeating: 0, count: 2).withUnsafeBufferPointer {
                try vector.step(actions: $0, active: [true, true])
            }
        }
        #expect(error == .notReset(environment: "lottery", copy: 1))
    }

    @Test func `a state that is set brings the rest of the episode back`() throws {
        var environment = TaskEnvironment(FrozenLake())
        _ = environment.reset(seed: 8)
        _ = try environment.step([2])
        let saved = environment.state
        func rest(_ environment: TaskEnvironment<FrozenLake>) throws -> [Step] {
            var copy = environment
            var steps: [Step] = []
            while steps.last.map({ $0.ending == .none }) ?? true {
                steps.append(try copy.step([1]))
            }
            return steps
        }
        let expected = try rest(environment)
        _ = environment.reset(seed: 9)
        environment.state = try JSONValue(encoding: saved).decode()
        #expect(try rest(environment) == expected)
        #expect(expected.count > 1)
    }

    @Test func `agents' units are mapped and clipped for every copy`() throws {
        let units = AgentUnits(try registry.makeVector(name: "pendulum", count: 3))
        #expect(units.actionSpace == .box(-1, 1, shape: [1]))
        let plain = try registry.makeVector(name: "pendulum", count: 3)
        for copy in 0..<3 {
            try units.reset(copy, seed: 7)
            try plain.reset(copy, seed: 7)
        }
        let active = [true, true, true]
        try ([0.25, -7, 1] as [Float]).withUnsafeBufferPointer {
            try units.step(actions: $0, active: active)
        }
        try ([0.5, -2, 2] as [Float]).withUnsafeBufferPointer {
            try plain.step(actions: $0, active: active)
        }
        #expect(units.outcome.observations == plain.outcome.observations)
        #expect(units.outcome.rewards == plain.outcome.rewards)
        #expect(
            AgentUnits(try registry.makeVector(name: "lqr", count: 1)).scaling.isBounded == false)
    }
}
