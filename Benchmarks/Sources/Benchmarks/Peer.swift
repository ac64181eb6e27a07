import Foundation

/// A process that measures one library on request.
final class Peer {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var pending = Data()
    private(set) var isAlive = false
    /// The library's version.
    private(set) var version = "unknown"
    /// The most memory that its process had, in kibibytes; nil before the first answer.
    private(set) var peak: Int?

    private struct Answer: Decodable {
        var version: String?
        var seconds: [Double]?
        var peak: Int?
        var error: String?
    }

    init(python: String, script: String, module: String, folder: URL) {
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script, module]
        process.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment
        environment["OMP_WAIT_POLICY"] = "passive"
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        // OpenBLAS has a setting of its own for threads that spin, a power of two of cycles.
        environment["OPENBLAS_THREAD_TIMEOUT"] = "4"
        // Its own detection stays with AVX2 on some processors that have more.
        if Machine.hasAVX512 { environment["OPENBLAS_CORETYPE"] = "SkylakeX" }
        process.environment = environment
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return }
        isAlive = true
        guard let hello = receive(), let version = hello.version else {
            isAlive = false
            return
        }
        self.version = version
    }

    /// Seconds of each repetition; nil where the peer cannot do this work, which is printed once.
    func seconds(_ work: String, repeats: Int) -> [Double]? {
        guard isAlive else { return nil }
        input.fileHandleForWriting.write(Data("\(work) \(repeats)\n".utf8))
        guard let answer = receive(), let seconds = answer.seconds else {
            isAlive = false
            return nil
        }
        peak = answer.peak
        return seconds
    }

    func stop() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    private func receive() -> Answer? {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = pending[..<end]
                pending = Data(pending[(end + 1)...])
                let answer = try? JSONDecoder().decode(Answer.self, from: line)
                if let error = answer?.error { print("  a peer says: \(error)") }
                return answer
            }
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { return nil }
            pending.append(data)
        }
    }
}
