import OptimistCore
import OptimistTorch

/// Makes each entry of a row have mean 0 and deviation 1 over the rows it was fitted to.
///
/// Statistics are float64. A deviation below a limit counts as 1, so that entries that never
/// change are only moved. A normalizer is part of the agent's state: saved with it, and never
/// changed by evaluation.
public struct Normalizer: Codable, Equatable, Sendable {
    /// Rows seen.
    public private(set) var count = 0
    /// The mean of each entry.
    public private(set) var mean: [Double]
    /// The sum of squared distances from the mean of each entry.
    private var squares: [Double]
    /// Deviations below this count as 1.
    public var smallestDeviation = 1e-12

    /// A normalizer of rows of a width that changes nothing yet.
    public init(width: Int) {
        mean = .init(repeating: 0, count: width)
        squares = .init(repeating: 0, count: width)
    }

    /// Numbers in a row.
    public var width: Int { mean.count }

    /// The deviation of each entry (over n), 1 where it is too small to divide by.
    public var deviation: [Double] {
        squares.map { sum in
            let deviation = count > 0 ? (sum / Double(count)).squareRoot() : 1
            return deviation < smallestDeviation ? 1 : deviation
        }
    }

    /// Forgets, and takes the statistics of the given rows, `[…, width]`.
    public mutating func fit(_ rows: Tensor) {
        self = Normalizer(width: width, smallestDeviation: smallestDeviation)
        update(rows)
    }

    private init(width: Int, smallestDeviation: Double) {
        self.init(width: width)
        self.smallestDeviation = smallestDeviation
    }

    /// Adds rows to the statistics (Chan, Golub and LeVeque 1983), `[…, width]`.
    public mutating func update(_ rows: Tensor) {
        let flat = rows.detached().reshaped([-1, width]).to(.float64)
        let added = flat.shape[0]
        guard added > 0 else { return }
        let newMean = flat.mean(axis: 0)
        let newSquares = (flat - newMean).square().sum(axis: 0).doubles()
        let means = newMean.doubles()
        let total = Double(count + added)
        for entry in 0..<width {
            let distance = means[entry] - mean[entry]
            mean[entry] += distance * Double(added) / total
            squares[entry] +=
                newSquares[entry] + distance * distance * Double(count) * Double(added) / total
        }
        count += added
    }

    /// Rows `[…, width]` with the mean taken off and divided by the deviation.
    public func normalize(_ rows: Tensor) -> Tensor {
        (rows - tensor(mean, like: rows)) / tensor(deviation, like: rows)
    }

    /// What `normalize` was given.
    public func denormalize(_ rows: Tensor) -> Tensor {
        rows * tensor(deviation, like: rows) + tensor(mean, like: rows)
    }

    private func tensor(_ values: [Double], like rows: Tensor) -> Tensor {
        Tensor(values, shape: [width]).to(rows.elementType).to(rows.device)
    }
}
