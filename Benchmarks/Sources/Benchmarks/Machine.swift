import Foundation
import OptimistTorch

/// What the figures depend on.
enum Machine {
    static func describe() {
        print("processor     \(processor), \(Engine.threads) threads")
        print("load          \(load) (other processes make all figures worse)")
        print("LibTorch      \(Engine.versions.library), \(Engine.cpuCapability)")
        print("kernels       \(FusedNetwork.instructionSet)")
        let policy = ProcessInfo.processInfo.environment["OMP_WAIT_POLICY"] ?? "unset"
        print("threads wait  \(policy)")
    }

    /// Whether OpenBLAS can be told to use its AVX-512 kernels.
    static var hasAVX512: Bool { information.contains("avx512f") }

    private static var information: String {
        (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    }

    private static var processor: String {
        let line = information.split(separator: "\n").first { $0.hasPrefix("model name") }
        let name = line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
        return name ?? "unknown"
    }

    private static var load: String {
        let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? "unknown"
        return text.split(separator: " ").first.map(String.init) ?? text
    }
}
