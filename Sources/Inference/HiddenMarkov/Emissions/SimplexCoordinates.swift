import Foundation

/// Unconstrained coordinates of a law: log odds against its largest entry.
///
/// Entries of at most `boundary` are held; the others share the mass that remains,
/// p_i = m e^{θ_i}/Σ_k e^{θ_k} with θ = 0 for the largest.
struct SimplexCoordinates {
    /// The entries that have a coordinate, in order.
    let free: [Int]
    /// The entry whose log odds are 0 by definition; nil where none is free.
    let reference: Int?
    /// What the free entries and the reference sum to.
    let mass: Double

    init(_ row: [Double], boundary: Double) {
        let support = row.indices.filter { row[$0] > boundary }
        reference = support.max { row[$0] < row[$1] }
        let reference = reference
        free = support.count < 2 ? [] : support.filter { $0 != reference }
        mass = support.reduce(0) { $0 + row[$1] }
    }

    var count: Int { free.count }

    /// The coordinates of a law.
    func coordinates(of row: [Double]) -> [Double] {
        guard let reference else { return [] }
        return free.map { log(row[$0] / row[reference]) }
    }

    /// Moves the free entries of a law to coordinates.
    func write(_ coordinates: ArraySlice<Double>, into row: inout [Double]) {
        guard let reference, !free.isEmpty else { return }
        let largest = max(coordinates.max()!, 0)
        var total = exp(-largest)
        for value in coordinates { total += exp(value - largest) }
        row[reference] = mass * exp(-largest) / total
        for (value, entry) in zip(coordinates, free) {
            row[entry] = mass * exp(value - largest) / total
        }
    }

    /// ∂/∂θ of Σ_i n_i log p_i for counts n.
    func score(counts: [Double], at row: [Double]) -> [Double] {
        guard let reference, !free.isEmpty else { return [] }
        let total = free.reduce(counts[reference]) { $0 + counts[$1] }
        return free.map { counts[$0] - total * row[$0] / mass }
    }

    /// ∂ p_entry/∂θ for each coordinate, numbered from `first`.
    func derivatives(
        of entry: Int, at row: [Double], first: Int
    ) -> [(coordinate: Int, value: Double)] {
        if free.isEmpty || !(free.contains(entry) || entry == reference) { return [] }
        return free.enumerated().map { index, other in
            (first + index, row[entry] * ((entry == other ? 1 : 0) - row[other] / mass))
        }
    }
}
