import OptimistEnvironments
import OptimistModels
import OptimistTorch

/// What a world's observations are to a generative agent's networks.
package enum ObservationCode: Equatable {
    /// Real numbers, standardized.
    case numbers(Int)
    /// Zeros and ones.
    case bits(Int)
    /// An index below a count, as a one-hot row.
    case index(below: Int)

    /// The code of a space; nil for pictures and rows of indices.
    init?(_ space: Space) {
        switch space.kind {
        case .box: self = .numbers(space.width)
        case .multiBinary(let count): self = .bits(count)
        case .discrete(let count): self = .index(below: count)
        case .multiDiscrete, .bytes: return nil
        }
    }

    /// Numbers in an observation as it is stored.
    var storedWidth: Int {
        switch self {
        case .numbers(let width), .bits(let width): width
        case .index: 1
        }
    }

    /// Numbers in an observation as the networks take it.
    package var width: Int {
        switch self {
        case .numbers(let width), .bits(let width): width
        case .index(let count): count
        }
    }

    /// Stored observations `[batch..., observation...]` as the networks take them,
    /// `[batch..., width]`.
    func encoded(_ observations: Tensor, batch: [Int], _ scales: ArrivalScales) -> Tensor {
        switch self {
        case .numbers(let width):
            let rows = observations.reshaped(batch + [width]).to(.float32)
            return scales.observation.normalize(rows)
        case .bits(let width): return observations.reshaped(batch + [width]).to(.float32)
        case .index(let count):
            return observations.reshaped(batch).to(.int64).oneHot(classes: count)
        }
    }
}
