import OptimistCore

/// What a worker says of the environment that it made.
struct WorkerGreeting: Equatable {
    /// Most numbers in one row of observations or actions.
    static let largestWidth = 1 << 26

    let observation: Space
    let action: Space
    let facts: Facts

    /// The facts in words.
    struct Facts: Decodable, Equatable {
        let observation: Shape
        let action: Shape
        /// The full registered name.
        let identifier: String
        /// Whether its registration says that it is not deterministic.
        let nondeterministic: Bool
        /// Steps after which Gymnasium's wrapper truncates an episode.
        let timeLimit: Int?
        /// How MuJoCo draws, where drawing was asked for.
        let renderer: String?
    }

    /// A space's kind, shape and counts.
    struct Shape: Decodable, Equatable {
        let kind: String
        let shape: [Int]
        let counts: [Int]?
    }

    /// Reads a greeting; whatever it says is checked.
    ///
    /// - Throws: `WorkerTrouble.violation`.
    init(_ reader: inout WorkerReader) throws {
        let length = Int(try reader.number())
        facts = try reader.json(length, as: Facts.self)
        observation = try WorkerGreeting.space(facts.observation, &reader)
        action = try WorkerGreeting.space(facts.action, &reader)
        if action.kind == .bytes { throw WorkerTrouble.violation("actions of bytes") }
    }

    private static func space(_ facts: Shape, _ reader: inout WorkerReader) throws -> Space {
        let width = try checkedWidth(facts.shape)
        switch facts.kind {
        case "box":
            let low = try reader.values(width, of: Float.self)
            let high = try reader.values(width, of: Float.self)
            guard zip(low, high).allSatisfy({ $0 <= $1 }) else {
                throw WorkerTrouble.violation("a box with a low bound above its high bound")
            }
            return Space(.box(low: low, high: high), shape: facts.shape)
        case "discrete":
            return .discrete(try checkedCounts(facts, 1)[0])
        case "multiDiscrete":
            return Space(
                .multiDiscrete(counts: try checkedCounts(facts, width)), shape: facts.shape)
        case "multiBinary":
            return Space(.multiBinary(count: width), shape: facts.shape)
        case "bytes": return .bytes(shape: facts.shape)
        default: throw WorkerTrouble.violation("a space of kind '\(facts.kind)'")
        }
    }

    private static func checkedWidth(_ shape: [Int]) throws -> Int {
        var width = 1
        for size in shape {
            let (product, overflow) = width.multipliedReportingOverflow(by: size)
            if size < 1 || overflow || product > largestWidth {
                throw WorkerTrouble.violation("a space of shape \(shape)")
            }
            width = product
        }
        return width
    }

    private static func checkedCounts(_ facts: Shape, _ width: Int) throws -> [Int] {
        guard let counts = facts.counts, counts.count == width,
            counts.allSatisfy({ $0 >= 1 && $0 <= 1 << 24 })
        else { throw WorkerTrouble.violation("a space with counts \(facts.counts ?? [])") }
        return counts
    }
}
