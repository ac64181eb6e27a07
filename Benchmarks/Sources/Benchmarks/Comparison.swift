import Foundation

/// A piece of our own work, or a peer's.
struct Contender {
    var name: String
    /// Seconds of each of some repetitions; nil where there are none.
    var measure: (_ repeats: Int) -> [Double]?

    /// Work of our own.
    init(_ name: String, _ work: @escaping () -> Void) {
        self.name = name
        measure = { repeats in
            (0..<repeats).map { _ in
                let start = ContinuousClock.now
                work()
                let span = start.duration(to: .now).components
                return Double(span.seconds) + Double(span.attoseconds) * 1e-18
            }
        }
    }

    /// A peer's work.
    init?(_ name: String, _ peer: Peer?, _ work: String) {
        guard let peer else {
            print("  \(name): not measured, the library is missing")
            return nil
        }
        self.name = name
        measure = { peer.seconds(work, repeats: $0) }
    }
}

/// Contenders measured in turn, round after round, so that all meet the same disturbances.
struct Comparison {
    /// Each contender's median of every round, in seconds.
    private(set) var medians: [(name: String, seconds: [Double])]

    init(_ contenders: [Contender], rounds: Int, repeats: Int) {
        medians = contenders.map { ($0.name, []) }
        for _ in 0..<rounds {
            for (index, contender) in contenders.enumerated() {
                // Threads of the one before may still be waiting for more work.
                Thread.sleep(forTimeInterval: 0.15)
                guard let seconds = contender.measure(repeats) else { continue }
                medians[index].seconds.append(median(seconds))
            }
        }
        medians.removeAll { $0.seconds.count < rounds }
    }

    /// Prints every contender's time, and how many times as long it takes as the first one; of so
    /// many at first where others do other work.
    func report(unit: (scale: Double, name: String), first count: Int? = nil) {
        guard let own = medians.first else { return }
        for (name, seconds) in medians.prefix(count ?? medians.count) {
            let time = String(
                format: "%10.3f %@, at least %.3f", median(seconds) * unit.scale, unit.name,
                seconds.min()! * unit.scale)
            var line = "  \(pad(name))\(time)"
            if name != own.name {
                let ratios = zip(seconds, own.seconds).map { $0 / $1 }
                line += String(
                    format: "   %5.2f times ours (%.2f to %.2f)", median(ratios), ratios.min()!,
                    ratios.max()!)
            }
            print(line)
        }
    }
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

func pad(_ text: String) -> String { text.padding(toLength: 34, withPad: " ", startingAt: 0) }
