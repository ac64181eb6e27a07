import Foundation
import OptimistEnvironments
import Testing

@Suite(.enabled(if: Python.isThere, Python.need)) struct FailureTests {
    @Test func `an unknown name is told with names near it`() throws {
        let folder = try TestFolder()
        func error(_ name: String) -> GymnasiumError? {
            do {
                _ = try GymnasiumEnvironments(GymnasiumName(name), options: folder.options)
                return nil
            } catch { return error as? GymnasiumError }
        }
        guard case .unknownEnvironment("gym:Pendulm-v1", _, let near)? = error("gym:Pendulm-v1")
        else { throw TestFailure("no such error") }
        #expect(near.first == "Pendulum-v1")
        let sentence = error("gym:halfcheeta-v5")?.description ?? ""
        #expect(sentence.hasPrefix("gym:halfcheeta-v5 is not known to Gymnasium: NameNotFound"))
        #expect(sentence.contains("near it: HalfCheetah-v5"))
        #expect(error("gym:Pendulum-v7")?.description.contains("near it: Pendulum-v1") == true)
        #expect(error("gym:qqqqqqqqq")?.description.contains("near it") == false)
        #expect(error("gym:nowhere/Pong-v5")?.description.contains("Namespace") == true)
    }

    @Test func `a module that is not there or fails is named`() throws {
        let folder = try TestFolder()
        try folder.write("broken_module.py", Array("1 / 0".utf8))
        for (module, reason) in [
            ("no_such_module", "No module named 'no_such_module'"),
            ("broken_module", "ZeroDivisionError: division by zero"),
        ] {
            let error = #expect(throws: GymnasiumError.self) {
                try GymnasiumEnvironments(
                    GymnasiumName("gym:\(module):X-v0"), options: folder.options)
            }
            let sentence = try #require(error).description
            #expect(sentence.hasPrefix("the module \(module) cannot be imported: "))
            #expect(sentence.contains(reason))
        }
    }

    @Test func `a missing package is named with how to get it`() throws {
        let folder = try TestFolder()
        let text = """
            import gymnasium
            gymnasium.register("OptimistTest/Needy-v0", "no_such_package.inside:World")
            """
        try folder.write("needy.py", Array(text.utf8))
        let error = #expect(throws: GymnasiumError.self) {
            try GymnasiumEnvironments(
                GymnasiumName("gym:needy:OptimistTest/Needy-v0"), options: folder.options)
        }
        #expect(
            error?.description == """
                gym:needy:OptimistTest/Needy-v0 needs a package that is not there: \
                ModuleNotFoundError: No module named 'no_such_package'; install it for the same \
                Python, or run 'make setup'
                """)
    }

    @Test func `arguments reach the constructor typed, and refused ones are told`() throws {
        let folder = try TestFolder()
        let world = try folder.make(
            "Report", ["a=3", "b=0.5", "c=true", "d=none", "e=8x8", "f='3'"])
        defer { world.close() }
        try world.reset(0, seed: 0)
        #expect("abcdef".map { world.extra(String($0)) } == [1, 2, 3, 4, 5, 5])
        let refused = #expect(throws: GymnasiumError.self) {
            try folder.make("Trouble", ["nonsense=3"])
        }
        guard case .refusedArguments = refused else {
            throw TestFailure("\(String(describing: refused))")
        }
        let sentence = try #require(refused).description
        #expect(sentence.contains("cannot be made: TypeError"))
        #expect(sentence.contains("unexpected keyword argument 'nonsense'"))
        let failed = #expect(throws: GymnasiumError.self) {
            try folder.make("Trouble", ["kind=constructor"])
        }
        #expect(
            try #require(failed).description.contains("cannot be made: ValueError: no such map"))
    }

    @Test func `an exception is told with copy, step, text and the last lines`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Trouble", ["kind=raises"], count: 2)
        let workers = world.workerIdentifiers
        let error = try #require(world.errorWhenStepping())
        guard case .raised(let place, let exception, let lines) = error else {
            throw TestFailure("\(error)")
        }
        #expect(place == GymnasiumPlace(environment: world.name, copy: 0, step: 3))
        #expect(exception == "KeyError: 'missing'")
        #expect(lines.contains("about to fail") && lines.hasSuffix("KeyError: 'missing'"))
        #expect(
            error.description.hasPrefix(
                """
                gym:environments:OptimistTest/Trouble-v0, copy 0, step 3: the environment raised \
                KeyError: 'missing'; Python's last lines:
                """))
        #expect(workers.count == 2 && workers.allSatisfy(isGone))
        #expect(throws: error) { try world.reset(0, seed: 0) }
        #expect(throws: error) { try world.step([0]) }
    }

    @Test func `the copy at fault is the one named, also in another process`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Trouble", ["kind=raises"], count: 4) { $0.processes = 2 }
        for copy in 0..<4 { try world.reset(copy, seed: copy == 3 ? 0 : 100) }
        for _ in 0..<2 { try world.step([1]) }
        let error = #expect(throws: GymnasiumError.self) { try world.step([1]) }
        guard case .raised(let place, _, _)? = error else { throw TestFailure("no such error") }
        #expect(place.copy == 3 && place.step == 3)
    }

    @Test(arguments: [
        ("leaves", "step 3: the environment raised SystemExit: gone"),
        ("four", "step 3: the environment raised ValueError: not enough values to unpack"),
        ("shape", "step 3: the observation has shape (1,), the space says (2,)"),
        ("nan", "step 3: the observation is not finite (entry 1)"),
        ("infinite", "step 3: the observation is not finite (entry 0)"),
        ("reward", "step 3: the reward is not finite"),
        ("reset", "reset: the environment raised RuntimeError: cannot begin"),
        ("dies", "step 3: the worker left with code 7; Python's last lines:\n    last words"),
        ("killed", "step 3: the worker was ended by signal 9 (Killed); Python said nothing"),
    ])
    func `each fault has its sentence`(kind: String, sentence: String) throws {
        let folder = try TestFolder()
        let world = try folder.make("Trouble", ["kind=\(kind)"])
        defer { world.close() }
        let error = try #require(world.errorWhenStepping())
        let start = "gym:environments:OptimistTest/Trouble-v0, copy 0, "
        #expect(error.description.hasPrefix(start + sentence), "\(error)")
    }

    @Test func `an action that is not finite is refused with its entry`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Probe", count: 2)
        defer { world.close() }
        for copy in 0..<2 { try world.reset(copy, seed: 0) }
        let error = #expect(throws: GymnasiumError.self) {
            try [0, 0, 0, Float.nan].withUnsafeBufferPointer {
                try world.step(actions: $0, active: [true, true])
            }
        }
        let place = GymnasiumPlace(environment: world.name, copy: 1, step: 1)
        #expect(error == .notFinite(place, quantity: "action", entry: 1))
        try world.step([0, 0])
    }

    @Test func `a worker that was killed from outside is told and reaped`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Trouble", count: 2) { $0.processes = 2 }
        let workers = world.workerIdentifiers
        for copy in 0..<2 { try world.reset(copy, seed: 0) }
        try world.step([0])
        kill(workers[1], SIGKILL)
        #expect(ends(workers[1]))
        let error = #expect(throws: GymnasiumError.self) { try world.step([0]) }
        guard case .workerDied(_, .signal(SIGKILL), _)? = error else {
            throw TestFailure("\(String(describing: error))")
        }
        #expect(workers.allSatisfy(isGone))
    }

    @Test func `a step that hangs is told after the time limit and the worker is ended`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Trouble", ["kind=hangs"]) { $0.stepLimit = 1 }
        let workers = world.workerIdentifiers
        let error = try #require(world.errorWhenStepping())
        #expect(
            error.description == """
                gym:environments:OptimistTest/Trouble-v0, copy 0, step 3: no answer within 1 s, \
                the worker was ended; Python's last lines:
                    sleeping now
                """)
        #expect(workers.allSatisfy(isGone))
    }

    @Test func `a start that hangs is told after the time limit`() throws {
        let folder = try TestFolder()
        let error = #expect(throws: GymnasiumError.self) {
            try folder.make("Trouble", ["kind=start"], count: 2) { $0.startLimit = 3 }
        }
        let sentence = try #require(error).description
        #expect(sentence.contains("Trouble-v0: no answer within 3 s, the worker was ended"))
    }

    @Test func `prints, children and input do not disturb the protocol`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Trouble", ["kind=prints"], count: 2) { $0.processes = 1 }
        defer { world.close() }
        #expect(world.errorWhenStepping() == nil)
        #expect(world.outcome.observations == .floats([10, 10, 10, 10]))
        #expect(world.lastLines.contains("straight to the descriptor"))
        #expect(world.lastLines.contains("from a child"))
    }

    @Test func `a folder that is not there is told`() throws {
        let folder = try TestFolder()
        let error = #expect(throws: GymnasiumError.self) {
            try folder.make("Trouble") { $0.folder = "/nowhere" }
        }
        #expect(error?.description == "the workers' folder /nowhere: is no folder")
    }
}

/// A test that did not get as far as its expectations.
struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
