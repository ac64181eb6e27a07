import Foundation
import OptimistEnvironments
import Testing

@Suite(.enabled(if: Python.isThere, Python.need)) struct ProcessTests {
    @Test func `a worker leads its own group, in the folder asked for, with one thread`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Report", ["folder=\(folder.path)"])
        defer { world.close() }
        try world.reset(0, seed: 0)
        let pid = Double(world.workerIdentifiers[0])
        #expect(world.extra("pid") == pid && world.extra("group") == pid)
        #expect(world.extra("threads") == 1 && world.extra("inFolder") == 1)
        // 0, 1, 2, the two of the protocol, that of the mapping, and the one that lists them.
        #expect(world.extra("descriptors") == 7)
    }

    @Test func `closing leaves no process, no child of it and no shared file`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Report", ["child=true"], count: 2) { $0.processes = 2 }
        for copy in 0..<2 { try world.reset(copy, seed: 0) }
        let children = try (0..<2).map { Int32(try #require(world.extra("child", $0))) }
        let workers = world.workerIdentifiers
        #expect(children.allSatisfy(isRunning) && workers.allSatisfy(isRunning))
        #expect(try sharedFiles().isEmpty)
        world.close()
        world.close()
        #expect(workers.allSatisfy(isGone))
        #expect(children.allSatisfy { ends($0) })
    }

    @Test func `an environment that is let go ends its worker`() throws {
        let folder = try TestFolder()
        var world: GymnasiumEnvironments? = try folder.make("Trouble")
        let workers = try #require(world).workerIdentifiers
        #expect(workers.allSatisfy(isRunning))
        world = nil
        #expect(workers.allSatisfy(isGone))
    }

    @Test func `descriptors are given back`() throws {
        let folder = try TestFolder()
        func open() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        }
        try folder.make("Trouble").close()
        let before = try open()
        for kind in ["none", "dies", "raises"] {
            let world = try folder.make("Trouble", ["kind=\(kind)"], count: 2)
            _ = world.errorWhenStepping()
            world.close()
        }
        _ = try? folder.make("Trouble", ["kind=constructor"])
        #expect(try open() == before)
    }

    @Test func `workers die with a parent that is killed`() async throws {
        let folder = try TestFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            try startWorkers(noting: path)
            kill(getpid(), SIGKILL)
        }
        try expectNothingLeft(path)
    }

    @Test func `workers die with a parent that is killed while they step`() async throws {
        let folder = try TestFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let world = try startWorkers(noting: path, "kind=hangs")
            alarmKills(after: 1)
            for _ in 0..<3 { try world.step([0]) }
        }
        try expectNothingLeft(path)
    }

    @Test func `workers do not get the interrupt of the terminal, and die with its target`()
        async throws
    {
        let folder = try TestFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGINT)) { [path = path as String] in
            setpgid(0, 0)
            let world = try startWorkers(noting: path)
            signal(SIGINT, SIG_IGN)
            kill(0, SIGINT)
            try world.step([0])
            signal(SIGINT, SIG_DFL)
            kill(0, SIGINT)
            usleep(1_000_000)
        }
        try expectNothingLeft(path)
    }

    @Test func `a worker outlives the thread that started it`() throws {
        let folder = try TestFolder()
        let box = Box()
        let thread = Thread {
            box.world = try? folder.make("Trouble")
            box.done.signal()
        }
        thread.start()
        box.done.wait()
        while !thread.isFinished { usleep(10_000) }
        usleep(100_000)
        let world = try #require(box.world)
        defer { world.close() }
        #expect(world.errorWhenStepping() == nil)
    }

    @Test func `at the end of its input a worker closes its environments and leaves`() throws {
        let folder = try TestFolder()
        let world = try folder.make("Report", count: 3) { $0.processes = 1 }
        world.close()
        #expect(try String(contentsOfFile: folder.path + "/closed", encoding: .utf8) == "xxx")
    }

    /// Expects the two workers that were written down to end.
    private func expectNothingLeft(_ path: String) throws {
        let text = try String(contentsOfFile: path + "/workers", encoding: .utf8)
        let workers = text.split(separator: " ").compactMap { Int32($0) }
        #expect(workers.count == 2)
        for worker in workers { #expect(ends(worker)) }
        #expect(try sharedFiles().isEmpty)
    }
}

private final class Box: @unchecked Sendable {
    var world: GymnasiumEnvironments?
    let done = DispatchSemaphore(value: 0)
}

/// Starts two workers and writes down who they are.
@discardableResult
private func startWorkers(
    noting path: String, _ argument: String = "kind=none"
) throws -> GymnasiumEnvironments {
    let world = try GymnasiumEnvironments(
        GymnasiumName("gym:environments:OptimistTest/Trouble-v0"), count: 2,
        arguments: GymnasiumArgument.parse([argument]),
        options: GymnasiumOptions(folder: path, modulePaths: [path], processes: 2))
    for copy in 0..<2 { try world.reset(copy, seed: 0) }
    let text = world.workerIdentifiers.map(String.init).joined(separator: " ")
    try text.write(toFile: path + "/workers", atomically: true, encoding: .utf8)
    return world
}

/// Kills this process from another thread after some seconds.
private func alarmKills(after seconds: Double) {
    Thread.detachNewThread {
        Thread.sleep(forTimeInterval: seconds)
        kill(getpid(), SIGKILL)
    }
}
