import Foundation

/// The peers' libraries in a virtual environment, one process each.
final class Peers {
    private let python: String?
    private let folder: URL
    private var running: [String: Peer] = [:]

    /// None of them runs, and nothing is installed.
    init(_ options: Options) {
        folder =
            URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().appendingPathComponent("../../Peers").standardized
        guard options.usesPeers else {
            python = nil
            return
        }
        let place =
            options.environment
            ?? NSTemporaryDirectory()
            + "optimist-peers-\(ProcessInfo.processInfo.processIdentifier)"
        python = place + "/bin/python"
        isThrownAway = options.environment == nil
        root = place
    }

    /// Makes the environment where it does not exist yet.
    func prepare() {
        guard let root, let python else { return }
        if !FileManager.default.isExecutableFile(atPath: python) { install(root) }
    }

    private var isThrownAway = false
    private var root: String?

    deinit {
        for peer in running.values { peer.stop() }
        if isThrownAway, let root { try? FileManager.default.removeItem(atPath: root) }
    }

    /// Packages in the order of installing; of several lines the first that pip finds is taken.
    /// mbrl-lib names versions of its dependencies that current Python cannot load: it comes
    /// without them, after them.
    private static let packages: [[[String]]] = [
        [["torch==2.13.0+cpu"], ["torch==2.13.0"]],
        [["jax[cpu]"]],
        [["gymnasium"]],
        [["stable-baselines3"]],
        [["sbx-rl==0.28.0"]],
        [["scipy-openblas32"]],
        [["scipy"]],
        [["hmmlearn"]],
        [["dynamax"]],
        [["hydra-core", "termcolor", "tqdm", "imageio", "matplotlib"]],
        [["--no-deps", "mbrl==0.2.0"]],
    ]

    private func install(_ place: String) {
        note("making \(place)")
        guard Self.execute("/usr/bin/env", ["python3", "-m", "venv", place]) else {
            note("no virtual environment: python3 -m venv failed (Debian: python3-venv)")
            return
        }
        for choices in Self.packages {
            let found = choices.contains { arguments in
                note("installing \(arguments.joined(separator: " "))")
                return Self.execute(python!, ["-m", "pip", "install", "--quiet"] + arguments)
            }
            if !found { note("not installed: \(choices[0].joined(separator: " "))") }
        }
    }

    private static func execute(_ program: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.standardError
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private func note(_ text: String) {
        FileHandle.standardError.write(Data("peers: \(text)\n".utf8))
    }

    /// The process that measures a library, started at first use; nil where there is none.
    func peer(_ module: String) -> Peer? {
        if let peer = running[module] { return peer.isAlive ? peer : nil }
        guard let python, FileManager.default.isExecutableFile(atPath: python) else { return nil }
        let script = folder.appendingPathComponent("peer.py").path
        let peer = Peer(python: python, script: script, module: module, folder: folder)
        running[module] = peer
        return peer.isAlive ? peer : nil
    }
}
