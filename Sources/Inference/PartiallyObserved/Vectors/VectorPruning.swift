/// Removes vectors that are nowhere above all others.
enum VectorPruning {
    /// The smallest set with the same maximum at every belief, up to the tolerance in value.
    static func pruned(_ vectors: [AlphaVector], tolerance: Double = 1e-9) -> [AlphaVector] {
        let candidates = withoutDominated(vectors, tolerance)
        if candidates.count < 2 { return candidates }
        return candidates[0].values.count == 2
            ? envelope(candidates, tolerance) : byWitness(candidates, tolerance)
    }

    /// Drops vectors that another one is at least as large as in every state; the first of equals
    /// stays.
    private static func withoutDominated(
        _ vectors: [AlphaVector], _ tolerance: Double
    ) -> [AlphaVector] {
        var kept: [AlphaVector] = []
        for vector in vectors {
            func isCovered(_ low: AlphaVector, by high: AlphaVector) -> Bool {
                zip(low.values, high.values).allSatisfy { $0 <= $1 + tolerance }
            }
            if kept.contains(where: { isCovered(vector, by: $0) }) { continue }
            kept.removeAll { isCovered($0, by: vector) }
            kept.append(vector)
        }
        return kept
    }

    /// Two states: the upper envelope of lines over b(1) in 0...1, by sorting slopes.
    private static func envelope(
        _ vectors: [AlphaVector], _ tolerance: Double
    ) -> [AlphaVector] {
        // Undominated lines ordered by value at 0 fall there and rise at 1.
        let sorted = vectors.sorted { $0.values[0] > $1.values[0] }
        var hull: [AlphaVector] = []
        for line in sorted {
            while hull.count >= 2 {
                let (left, middle) = (hull[hull.count - 2], hull[hull.count - 1])
                let crossing = abscissa(left, line)
                let belief = [1 - crossing, crossing]
                if middle.value(belief) > left.value(belief) + tolerance { break }
                hull.removeLast()
            }
            hull.append(line)
        }
        return hull
    }

    private static func abscissa(_ left: AlphaVector, _ right: AlphaVector) -> Double {
        let (atZero, atOne) = (
            left.values[0] - right.values[0], right.values[1] - left.values[1]
        )
        return atZero / (atZero + atOne)
    }

    /// Any number of states: a vector is kept when some belief, found by a linear program, puts it
    /// above all that are kept (Lark's filter; White, 1991).
    private static func byWitness(
        _ vectors: [AlphaVector], _ tolerance: Double
    ) -> [AlphaVector] {
        let states = vectors[0].values.count
        var (rest, kept) = (vectors, [AlphaVector]())
        func moveBest(at belief: [Double]) {
            var best = 0
            for index in rest.indices {
                let difference = rest[index].value(belief) - rest[best].value(belief)
                // Of equals the lexicographically larger one is surely on the envelope.
                let isTie = abs(difference) <= 1e-14
                let isLater = rest[best].values.lexicographicallyPrecedes(rest[index].values)
                if isTie ? isLater : difference > 0 { best = index }
            }
            kept.append(rest.remove(at: best))
        }
        for corner in 0..<states where !rest.isEmpty {
            let belief = (0..<states).map { $0 == corner ? 1.0 : 0 }
            let best = rest.map { $0.value(belief) }.max()!
            if kept.contains(where: { $0.value(belief) >= best }) { continue }
            moveBest(at: belief)
        }
        while let candidate = rest.last {
            let game = MatrixGame.solve(
                kept.map { zip(candidate.values, $0.values).map { $0 - $1 } })
            if game.value > tolerance {
                moveBest(at: game.law)
            } else {
                rest.removeLast()
            }
        }
        return kept
    }
}
