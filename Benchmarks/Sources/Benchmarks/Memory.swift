import Foundation

/// What the operating system counts as this process's memory.
enum Memory {
    /// Bytes that are resident; 0 where the system does not say.
    static var resident: Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
            return 0
        }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(getpagesize()) : 0
    }

    /// Prints the most memory that we had at once and a peer's; ours is that of all benchmarks so far.
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
