import Foundation

/// The most memory that a process had at once.
enum Memory {
    /// Prints our own peak and a peer's; ours is that of all benchmarks so far.
    static func report(_ peer: Peer?) {
        guard let own else { return }
        var line = "  memory at most: \(own / 1024) MB ours"
        if let other = peer?.peak { line += ", \(other / 1024) MB the peer's" }
        print(line)
    }

    /// Kibibytes of this process.
    private static var own: Int? {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
        return line?.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first
    }
}
