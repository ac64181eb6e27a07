import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch

/// What networks see of observations: discrete ones one-hot, bytes as fractions, all in one row;
/// standardized where that is asked for.
///
/// Statistics are part of the agent: learning moves them, evaluation does not, and what was acted on
/// is learned from before they move.
public struct ObservationEncoder {
    /// The observations' space.
    public let space: Space
    /// Standardized numbers are kept within this distance of 0.
    public static let limit = 10.0

    private var statistics: Normalizer?

    /// An encoder that has seen nothing.
    ///
    /// - Parameters:
    ///   - space: of observations.
    ///   - isStandardizing: whether numbers are standardized by what was seen.
    public init(_ space: Space, isStandardizing: Bool) {
        self.space = space
        statistics = isStandardizing ? Normalizer(width: space.encodedWidth) : nil
        // A number that hardly ever changes would be blown up.
        statistics?.smallestDeviation = 1e-4
    }

    /// Numbers in an encoded row.
    public var width: Int { space.encodedWidth }

    /// Adds observations `[..., observation...]` to the statistics, if there are any.
    public mutating func observe(_ observations: Tensor) {
        if statistics != nil { statistics!.update(plain(observations)) }
    }

    /// Encoded rows `[..., width]` float32 of observations `[..., observation...]`.
    public func callAsFunction(_ observations: Tensor) -> Tensor {
        let rows = plain(observations)
        guard let statistics, statistics.count > 1 else { return rows }
        return statistics.normalize(rows).clamped(-Self.limit, Self.limit)
    }

    private func plain(_ observations: Tensor) -> Tensor {
        let leading = Array(observations.shape.dropLast(space.shape.count))
        let flat = observations.reshaped(leading + [space.width])
        switch space.kind {
        case .box, .multiBinary: return flat.to(.float32)
        case .bytes: return flat.to(.float32) * (1 / 255)
        case .discrete(let count):
            return flat.squeezed(axis: leading.count).to(.int64).oneHot(classes: count)
        case .multiDiscrete(let counts):
            let indices = flat.to(.int64)
            return Tensor.concatenated(
                counts.enumerated().map { index, count in
                    indices.select(axis: leading.count, index).oneHot(classes: count)
                }, axis: leading.count)
        }
    }

    /// Stores the statistics.
    public func save(to archive: Archive) {
        if let statistics { archive.store(statistics, as: "statistics") }
    }

    /// Replaces the statistics by those stored.
    public mutating func load(from archive: Archive) throws(ArchiveError) {
        if statistics != nil { statistics = try archive.value("statistics") }
    }
}
