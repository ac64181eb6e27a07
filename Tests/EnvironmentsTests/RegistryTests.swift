import OptimistCore
import OptimistEnvironments
import Testing

@Suite struct RegistryTests {
    private let registry = EnvironmentRegistry.standard

    @Test(arguments: [
        ("pendulm", [], "there is no environment 'pendulm'; did you mean 'pendulum'?"),
        ("xyzzy", [], "there is no environment 'xyzzy'; optimist environments lists them"),
        (
            "pendulum", [("strat", "hanging")],
            "environment 'pendulum' has no argument 'strat'; did you mean 'start'?"
        ),
        (
            "pendulum", [("repeet", "2")],
            "environment 'pendulum' has no argument 'repeet'; did you mean 'repeat'?"
        ),
        (
            "pendulum", [("env.repeat", "2")],
            "environment 'pendulum' has no argument 'repeat'; optimist environments show pendulum "
                + "lists them"
        ),
        (
            "pendulum", [("start", "upright")],
            "environment 'pendulum': upright is out of range for 'start': allowed is uniform, "
                + "hanging"
        ),
        (
            "pendulum", [("time-limit", "0")],
            "environment 'pendulum': 0 is out of range for 'time-limit': allowed is 1 or more, "
                + "or none"
        ),
        (
            "pendulum", [("repeat", "2"), ("repeat", "3")],
            "argument 'repeat' of environment 'pendulum' is given twice: keep one"
        ),
        (
            "frozen-lake", [("is_slippery", "true"), ("isSlippery", "false")],
            "argument 'isSlippery' of environment 'frozen-lake' is given twice: keep one"
        ),
        (
            "frozen-lake", [("distract", "2")],
            "environment 'frozen-lake' cannot take 'distract': its observations are one of 16 "
                + "indices, not a box"
        ),
        (
            "cartpole", [("noisy-tv", "2")],
            "environment 'cartpole' cannot take 'noisy-tv': its actions are one of 2 indices, not "
                + "a box"
        ),
        (
            "cliff", [("frames", "2")],
            "environment 'cliff' cannot take 'frames': its observations are one of 48 indices, "
                + "neither a vector box nor pictures"
        ),
        (
            "pendulum", [("mask", "0,3")],
            "environment 'pendulum' cannot take 'mask': its observations have the entries 0 to 2 "
                + "of a box of shape [3]"
        ),
    ])
    func `what cannot be made is refused in words`(
        name: String, arguments: [(String, String)], sentence: String
    ) {
        let error = #expect(throws: EnvironmentError.self) {
            try registry.make(name: name, arguments: arguments.map { (key: $0.0, value: $0.1) })
        }
        #expect(error?.description == sentence)
    }

    @Test(arguments: [
        (
            EnvironmentError.badAction(
                environment: "pendulum", copy: 3, step: 17, entry: 0, value: "nan",
                allowed: "-2.0 to 2.0"),
            "environment 'pendulum', copy 3, step 17: entry 0 of the action is nan; allowed is "
                + "-2.0 to 2.0"
        ),
        (
            .actionWidth(environment: "cliff", step: 2, count: 3, expected: 1),
            "environment 'cliff', step 2: the action has 3 entries; give 1"
        ),
        (
            .notReset(environment: "cliff", copy: nil),
            "environment 'cliff' was stepped before its first reset: call reset(seed:)"
        ),
        (
            .episodeOver(environment: "cliff", copy: 1, step: 9),
            "environment 'cliff', copy 1 was stepped after its episode ended at step 9: call "
                + "reset(seed:)"
        ),
    ])
    func `errors of steps are sentences`(error: EnvironmentError, sentence: String) {
        #expect(error.description == sentence)
    }

    @Test(
        arguments: [
            ("pendulum", [Float.nan], "entry 0 of the action is nan; allowed is -2.0 to 2.0"),
            ("pendulum", [2.1], "entry 0 of the action is 2.1; allowed is -2.0 to 2.0"),
            ("pendulum", [0, 0], "the action has 2 entries; give 1"),
            ("lqr", [Float.infinity], "entry 0 of the action is inf; allowed is any finite number"),
            (
                "cartpole", [0.5],
                "entry 0 of the action is 0.5; allowed is a whole number from 0 to 1"
            ),
            (
                "cartpole", [2],
                "entry 0 of the action is 2.0; allowed is a whole number from 0 to 1"
            ),
            (
                "cartpole", [-1],
                "entry 0 of the action is -1.0; allowed is a whole number from 0 to 1"
            ),
        ] as [(String, [Float], String)])
    func `actions outside the space are refused`(
        name: String, action: [Float], ending: String
    ) throws {
        var environment = try registry.make(name: name)
        _ = try environment.reset(seed: 0)
        let error = #expect(throws: EnvironmentError.self) { try environment.step(action) }
        #expect(error?.description == "environment '\(name)', step 1: " + ending)
    }

    @Test func `stepping before a reset and after an ending is refused`() throws {
        var environment = try registry.make(name: "lottery")
        #expect(throws: EnvironmentError.notReset(environment: "lottery", copy: nil)) {
            try environment.step([0])
        }
        _ = try environment.reset(seed: 0)
        for _ in 0..<2 { _ = try environment.step([0]) }
        #expect(throws: EnvironmentError.episodeOver(environment: "lottery", copy: nil, step: 2)) {
            try environment.step([0])
        }
    }

    @Test func `keys may be spelled in three ways and are listed with hyphens`() throws {
        for key in ["is-slippery", "is_slippery", "isSlippery", "env.is-slippery"] {
            let task = try registry.makeTask(
                name: "frozen-lake", arguments: [(key.replacing("env.", with: ""), "false")])
            #expect((task as? FrozenLake)?.model.transitions(0, 2).count == 1)
            _ = try registry.make(name: "frozen-lake", arguments: [(key, "false")])
        }
        let fields = EnvironmentRegistry.arguments(of: .frozenLake)
        #expect(fields.map(\.key) == ["map-name", "is-slippery"])
        #expect(fields[1].defaultValue == .truth(true) && !fields[1].sentence.isEmpty)
        #expect(
            EnvironmentRegistry.wrapperArguments.map(\.key) == [
                "time-limit", "repeat", "frames", "mask", "flicker", "distract", "noisy-tv", "clip",
            ])
    }

    @Test(arguments: BuiltInEnvironment.allCases)
    func `every environment is described, and its defaults are its own`(
        builtIn: BuiltInEnvironment
    ) throws {
        #expect(
            builtIn.sentence.hasSuffix(".") && builtIn.rawValue == builtIn.rawValue.lowercased())
        for field in EnvironmentRegistry.arguments(of: builtIn) {
            #expect(field.sentence.hasSuffix(".") && !field.key.contains("_"), "\(field.key)")
        }
    }

    @Test func `wrappers go around every copy and the time limit counts frames`() throws {
        let vector = try registry.makeVector(
            name: "pendulum",
            arguments: [("repeat", "4"), ("time-limit", "10"), ("mask", "0,1")], count: 2)
        #expect(vector is SequentialEnvironments && vector.observationSpace.width == 2)
        for copy in 0..<2 { try vector.reset(copy, seed: 0) }
        for expected in [Ending.none, .none, .truncated] {
            try ([0, 0] as [Float]).withUnsafeBufferPointer {
                try vector.step(actions: $0, active: [true, true])
            }
            #expect(vector.outcome.endings == [expected, expected])
        }
        #expect(vector.outcome.info[1] == [Metric("frames", 2)])
        let plain = try registry.makeVector(
            name: "pendulum", arguments: [("time-limit", "3")], count: 2)
        #expect(plain is VectorTask<Pendulum>)
    }

    @Test func `names with a prefix go to their factory with the arguments left over`() throws {
        let factory = EnvironmentFactory(prefix: "mine:", sentence: "Mine.") { request in
            #expect(
                request.name == "mine:thing" && request.arguments.map(\.key) == ["size", "repeat"])
            return VectorTask(Pendulum(), count: request.count)
        }
        let registry = EnvironmentRegistry(factories: [factory])
        var environment = try registry.make(
            name: "mine:thing",
            arguments: [("size", "3"), ("env.repeat", "1"), ("frames", "2"), ("time-limit", "5")])
        #expect(environment.observationSpace.width == 6)
        _ = try environment.reset(seed: 0)
        let endings = try (0..<5).map { _ in try environment.step([0]).ending }
        #expect(endings == [.none, .none, .none, .none, .truncated])
        let vector = try registry.makeVector(
            name: "mine:thing", arguments: [("size", "3"), ("env.repeat", "1")], count: 3)
        #expect(vector.count == 3)
        #expect(EnvironmentFactory.standard.map(\.prefix) == ["gym:"])
    }
}
