import ArgumentParser
import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistExperiments
import OptimistReports
import OptimistTorch

/// `optimist doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what Optimist found on this machine.",
        discussion: """
            A part that is missing is named with how to get it; the exit code is 69 then.

            Example:
              optimist doctor --format json
            """)
    @OptionGroup var output: OutputOptions

    func run() throws {
        PassiveThreads.ensure()
        let findings = [engine, cuda, threads, python, pictures]
        var table = TextTable([.words("part"), .words("state"), .words("detail")])
        for finding in findings {
            table.append([finding.name, finding.isFine ? "ok" : "missing", finding.detail])
        }
        try output.print(text: table.text(), json: .list(findings.map(\.json)))
        if findings.contains(where: { !$0.isFine }) {
            throw ExitCode(ExitStatus.unavailable.rawValue)
        }
    }

    private struct Finding {
        let name: String
        let isFine: Bool
        let detail: String

        var json: JSONValue {
            .object([
                "name": .text(name), "ok": .truth(isFine), "detail": .text(detail),
            ])
        }
    }

    private var engine: Finding {
        let versions = Engine.versions
        do {
            try Engine.check()
            return Finding(
                name: "LibTorch", isFine: true,
                detail: "\(versions.library), \(Engine.cpuCapability)")
        } catch {
            return Finding(name: "LibTorch", isFine: false, detail: "\(error)")
        }
    }

    private var cuda: Finding {
        Finding(
            name: "CUDA", isFine: true,
            detail: Engine.cudaIsAvailable ? "\(Engine.cudaDeviceCount) devices" : "none, CPU only")
    }

    private var threads: Finding {
        let policy = ProcessInfo.processInfo.environment["OMP_WAIT_POLICY"] ?? "active"
        return Finding(
            name: "threads", isFine: true,
            detail: "\(Engine.threads) of \(ProcessInfo.processInfo.activeProcessorCount) cores, "
                + "wait policy \(policy)")
    }

    private var python: Finding {
        do {
            let versions = try GymnasiumVersions.probe()
            return Finding(name: "Gymnasium", isFine: true, detail: "\(versions)")
        } catch {
            return Finding(name: "Gymnasium", isFine: false, detail: "\(error)")
        }
    }

    private var pictures: Finding {
        let converter = PictureConverter()
        do {
            _ = try converter.png(
                of: "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>")
            return Finding(name: "rsvg-convert", isFine: true, detail: "found")
        } catch {
            return Finding(name: "rsvg-convert", isFine: false, detail: "\(error)")
        }
    }
}
