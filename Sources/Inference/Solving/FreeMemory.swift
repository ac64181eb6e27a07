import Foundation

/// How much memory this process may still take.
public enum FreeMemory {
    /// Bytes: what the system calls available, or less where the process is confined to less.
    public static var bytes: Int {
        min(systemBytes, confinedBytes ?? .max)
    }

    /// Refuses what is larger.
    ///
    /// - Parameters:
    ///   - sizes: factors of the number of bytes.
    ///   - what: what needs them.
    /// - Throws: `SolvingError.memory`.
    public static func require(_ sizes: [Int], for what: String) throws(SolvingError) {
        if let (needed, available) = shortage(sizes) {
            throw .memory(what: what, needed: needed, available: available)
        }
    }

    /// What is needed and what is free, in bytes, where that is less; nil where there is enough.
    static func shortage(_ sizes: [Int]) -> (needed: Int, available: Int)? {
        var needed = 1
        for size in sizes {
            let (product, overflow) = needed.multipliedReportingOverflow(by: max(size, 0))
            needed = overflow ? .max : product
        }
        let available = bytes
        return needed > available ? (needed, available) : nil
    }

    private static var systemBytes: Int {
        guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else {
            return Int(clamping: ProcessInfo.processInfo.physicalMemory)
        }
        for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            let words = line.split(separator: " ")
            if words.count >= 2, let kibibytes = Int(words[1]) { return kibibytes * 1024 }
        }
        return Int(clamping: ProcessInfo.processInfo.physicalMemory)
    }

    /// What a control group leaves; nil where there is none.
    private static var confinedBytes: Int? {
        func number(_ path: String) -> Int? {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
            return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        let places = [
            ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
            (
                "/sys/fs/cgroup/memory/memory.limit_in_bytes",
                "/sys/fs/cgroup/memory/memory.usage_in_bytes"
            ),
        ]
        for (limit, used) in places {
            if let limit = number(limit), let used = number(used) { return max(limit - used, 0) }
        }
        return nil
    }
}
