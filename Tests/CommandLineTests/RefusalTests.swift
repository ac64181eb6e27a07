import Foundation
import OptimistCore
import Testing

/// One row of the table of refusals: what is typed, the exit code, the sentence.
struct Refusal: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let status: Int32
    let sentence: String

    init(_ line: String, _ status: Int32, _ sentence: String) {
        arguments = line.split(separator: " ").map(String.init)
        self.status = status
        self.sentence = sentence
    }

    var testDescription: String { arguments.joined(separator: " ") }
}

@Suite struct RefusalTests {
    static let refusals = [
        Refusal(
            "train pest", 64,
            "there is no algorithm 'pest'; did you mean 'pets'?"),
        Refusal(
            "train", 64,
            "which algorithm? Name one, such as optimist train pets, or --resume a run"),
        Refusal(
            "train pets --preset pendulm", 64,
            "pets has no preset 'pendulm'; did you mean 'pendulum'?"),
        Refusal(
            "train pets --env pendulum --set planner.horizn=3", 64,
            "there is no setting 'planner.horizn'; did you mean 'planner.horizon'?"),
        Refusal(
            "train pets --env pendulum --set planner.horizon=0", 64,
            "0 is out of range for 'planner.horizon': allowed is 1 to 10000"),
        Refusal(
            "train pets --env pendulum --set planner.horizon=far", 64,
            "'far' is no value for 'planner.horizon': expected whole number"),
        Refusal(
            "train pets --env pendulum --set planner.horizon", 64,
            "--set wants key=value, not 'planner.horizon'"),
        Refusal(
            "train pets --env pendulum --set run.checkpointEvery=0", 64,
            "0 is out of range for 'run.checkpointEvery': allowed is 1 or more"),
        Refusal(
            "train pets --env pendulum --set particles=7", 64,
            "7 particles cannot be shared equally among 5 members: choose a multiple of 5"),
        Refusal(
            "train pets --env distracted --env-set count=2 --env-set count=3", 64,
            "--env-set gives 'count' twice"),
        Refusal(
            "train pets --env pendulum --steps 0", 64,
            "0 is out of range for --steps: allowed is 1 or more"),
        Refusal(
            "train pets --env pendulum --threads 0", 64,
            "0 is out of range for --threads: allowed is 1 to 1024"),
        Refusal(
            "train pets --env pendulum --device tpu", 64,
            "--device cannot be 'tpu': give cpu, cuda or cuda:N"),
        Refusal(
            "train pets --env pendulum --seeds 4-1", 64,
            "--seeds cannot be '4-1': give a rising range such as 0-4"),
        Refusal(
            "train pets --env pendulum --seed 1 --seeds 0-1", 64,
            "give --seed or --seeds, not both"),
        Refusal(
            "train pets --env cartpole --preset debug", 64,
            "pets cannot act in cartpole: it plans in a box of actions with finite "
                + "bounds, and actions are one of 2 indices"),
        Refusal(
            "train --resume nowhere", 66, "there is no run at nowhere; optimist runs lists them"),
        Refusal("train pets --config nowhere.yaml", 66, "there is no file nowhere.yaml"),
        Refusal(
            "train pets --config /tmp", 74, "/tmp cannot be read or written: Is a directory"),
        Refusal("evaluate nowhere", 66, "there is no run at nowhere; optimist runs lists them"),
        Refusal(
            "evaluate nowhere --marginal prior:2", 64,
            "--marginal belongs to --bound: give both"),
        Refusal(
            "evaluate nowhere --bound --probe", 64,
            "--bound and --probe are asked for one at a time"),
        Refusal(
            "evaluate nowhere --probe --episodes 1", 64,
            "1 is out of range for --episodes: allowed is 2 or more with --probe, which is fitted "
                + "to some and judged by others"),
        Refusal("runs show nowhere", 66, "there is no run at nowhere; optimist runs lists them"),
        Refusal("compare nowhere", 66, "there is no run at nowhere; optimist runs lists them"),
        Refusal(
            "plot nowhere --output a.jpg", 64,
            "--output cannot be 'a.jpg': give a file that ends in .svg or .png"),
        Refusal(
            "algorithms show pest", 64,
            "there is no algorithm 'pest'; did you mean 'pets'?"),
        Refusal(
            "train pets --set run.evaluatEvery=3", 64,
            "there is no setting 'run.evaluatEvery'; did you mean 'run.evaluateEvery'?"),
        Refusal(
            "train pets --set evaluateEvery=3", 64,
            "there is no setting 'evaluateEvery'; did you mean 'run.evaluateEvery'?"),
        Refusal(
            "train pets --set consistency.prior=x", 64,
            "there is no setting 'consistency.prior'; optimist algorithms show pets lists them"),
        Refusal(
            "train pets --env nosuch", 64,
            "there is no environment 'nosuch'; optimist environments lists them"),
        Refusal(
            "train pets --env pendulum --env-set time-limit=0", 64,
            "environment 'pendulum': 0 is out of range for 'time-limit': allowed is 1 or more, or "
                + "none"),
        Refusal(
            "train lsp --set rewards=task,task,task", 64,
            "rewards names 3 for 2 layers: give at most one for each layer, or set layers=3"),
        Refusal(
            "train lsp --set layers=1 --set rewards=task", 64,
            "rewardScales names 2 for 1 layer: give at most one for each layer, or set layers=2"),
        Refusal(
            "train gail --env acrobot", 64,
            "no scripted expert for acrobot comes along: give the path of episode files by "
                + "expert.source"),
        Refusal(
            "train gail --set expert.source=missing/", 66,
            "there are no expert episodes at missing/: put an episode file (.npz) or a folder of "
                + "such files there, or name others by expert.source"),
        Refusal(
            "trian a2c", 64, "there is no command 'optimist trian'; did you mean 'optimist train'?"),
        Refusal(
            "runs shwo x", 64,
            "there is no command 'optimist runs shwo'; did you mean 'optimist runs show'?"),
        Refusal(
            "algorithms pets", 64,
            "there is no command 'optimist algorithms pets'; optimist algorithms --help lists them"),
    ]

    @Test(arguments: refusals)
    func `refused in words, with the exit code, and nothing is left behind`(
        refusal: Refusal
    ) throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try CommandRun(refusal.arguments, in: folder)
        #expect(run.status == refusal.status)
        #expect(run.errors == "optimist: \(refusal.sentence)\n")
        #expect(run.output.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test(arguments: [
        ("plot", "optimist: '<run> ...' is missing\n"),
        ("compare", "optimist: '<run> ...' is missing\n"),
        ("train --stesp 3", "optimist: unknown option '--stesp'. Did you mean '--steps'?\n"),
        ("train --steps x", "optimist: the value 'x' is invalid for '--steps <steps>'\n"),
    ])
    func `what the parser refuses begins as all refusals and shows the usage`(
        line: String, beginning: String
    ) throws {
        let run = try CommandRun(line.split(separator: " ").map(String.init), in: "/tmp")
        #expect(run.status == 64)
        #expect(run.errors.hasPrefix(beginning), "\(run.errors)")
        #expect(run.errors.contains("Usage: optimist ") && run.output.isEmpty)
    }

    @Test func `an unknown environment names the nearest`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try CommandRun(["train", "pets", "--env", "pendulm"], in: folder)
        #expect(run.status == 64)
        #expect(run.errors.contains("'pendulm'") && run.errors.contains("'pendulum'"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test func `an argument that no environment has names the nearest`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try CommandRun(
            ["train", "pets", "--env", "pendulum", "--env-set", "strat=hanging"], in: folder)
        #expect(run.status == 64)
        #expect(run.errors.contains("'strat'") && run.errors.contains("'start'"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test func `a folder without permission is refused`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try CommandRun(
            ["train", "pets", "--env", "pendulum", "--preset", "debug", "--steps", "10"],
            in: folder, asNobody: true)
        #expect(run.status == 77)
        #expect(run.errors.contains("no permission to write"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test func `missing Python is named with how to get it`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try CommandRun(
            ["train", "pets", "--env", "gym:Pendulum-v1", "--preset", "debug", "--steps", "10"],
            in: folder, environment: ["OPTIMIST_PYTHON": "/nowhere/python3"])
        #expect(run.status == 69)
        #expect(run.errors.contains("/nowhere/python3") && run.errors.contains("make setup"))
    }

    @Test func `a store that another program holds is named`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let trained = try CommandRun(
            [
                "train", "pets", "--env", "pendulum", "--preset", "debug", "--steps", "20",
                "--set", "run.evaluationEpisodes=1",
            ], in: folder)
        #expect(trained.status == 0, "\(trained.errors)")
        let holder = try StoreHolder(folder + "/runs/pets-pendulum-0/run.sqlite")
        let before = try files(in: folder)
        let run = try CommandRun(
            ["train", "--resume", "pets-pendulum-0", "--steps", "40"], in: folder)
        #expect(try files(in: folder) == before)
        holder.release()
        #expect(run.status == 78)
        #expect(run.errors.contains("run.sqlite is locked by another process"), "\(run.errors)")
        let freed = try CommandRun(
            ["train", "--resume", "pets-pendulum-0", "--steps", "40"], in: folder)
        #expect(freed.status == 0, "\(freed.errors)")
    }

    private func files(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    }

    @Test(arguments: ["nowhere", "old"])
    func `set-up refuses a LibTorch that is not there or too old`(kind: String) throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let torch = folder + "/torch"
        if kind == "old" { try oldLibTorch(at: torch) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: PackageFolder.path + "/Scripts/setup.sh")
        process.environment = ProcessInfo.processInfo.environment.merging(["LIBTORCH": torch]) {
            $1
        }
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 69)
        #expect(text.contains("LIBTORCH is '\(torch)'"))
        if kind == "old" { #expect(text.contains("version 1.9.0: Optimist needs 2.13.0 or later")) }
    }

    /// What looks like LibTorch 1.9.0.
    private func oldLibTorch(at path: String) throws {
        let header = path + "/include/torch/headeronly"
        for folder in [path + "/lib", header] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        }
        for name in ["libtorch_cpu.so", "libc10.so"] {
            try Data().write(to: URL(fileURLWithPath: path + "/lib/" + name))
        }
        let version = """
            #define TORCH_VERSION_MAJOR 1
            #define TORCH_VERSION_MINOR 9
            #define TORCH_VERSION_PATCH 0

            """
        try Data(version.utf8).write(to: URL(fileURLWithPath: header + "/version.h"))
    }

    /// The loader stops the command before its first instruction: the sentence and the code are
    /// the system's.
    @Test(.enabled(if: canMount, "nothing can be mounted here"))
    func `without LibTorch the loader names it`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let torch =
            ProcessInfo.processInfo.environment["LIBTORCH"] ?? PackageFolder.path + "/.deps/torch"
        let script = "mount -t tmpfs none \(torch) && exec \"$@\""
        let run = try CommandRun(
            ["train", "pets"], in: folder, wrapped: ["unshare", "-m", "sh", "-c", script, "sh"])
        #expect(run.status == 127)
        #expect(run.errors.contains("libtorch_cpu.so: cannot open shared object file"))
        #expect(try files(in: folder).isEmpty)
    }

    @Test(.enabled(if: canMount, "nothing can be mounted here"))
    func `a full disk is named, and what was saved stays`() throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = """
            mount -t tmpfs -o size=600k none \(folder) && cd \(folder) && \
            \(CommandRun.program) train pets --env pendulum --preset debug --steps 20000 \
            --set run.checkpointEvery=100
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = ["-m", "sh", "-c", script]
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 74)
        #expect(text.contains("No space left on device") || text.contains("disk is full"))
    }

    static let canMount: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = ["-m", "sh", "-c", "mount -t tmpfs -o size=100k none /mnt"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
}
