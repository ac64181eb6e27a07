extension String {
    /// The candidate that differs least from this word, if one is near enough to be meant.
    public func nearest(among candidates: [String]) -> String? {
        let scored = candidates.compactMap { candidate -> (word: String, distance: Int)? in
            // Each comparison by its own length: long keys do not make their ends alike.
            let whole = near(candidate)
            let ofLastParts = lastPart.near(candidate.lastPart).map { $0 + 1 }
            return [whole, ofLastParts].compactMap(\.self).min().map { (candidate, $0) }
        }
        return scored.min { $0.distance < $1.distance }?.word
    }

    /// The distance to a word that may be meant; nil where it is too far.
    private func near(_ other: String) -> Int? {
        let distance = distance(to: other)
        return distance <= (count < 4 ? 1 : max(2, count / 3)) ? distance : nil
    }

    private var lastPart: String { split(separator: ".").last.map(String.init) ?? self }

    /// The least number of insertions, deletions, substitutions and swaps of neighbours
    /// (Damerau's distance, in its restricted form).
    func distance(to other: String) -> Int {
        let left = Array(lowercased())
        let right = Array(other.lowercased())
        var rows = [Array(0...right.count)]
        for (i, a) in left.enumerated() {
            var row = [i + 1]
            for (j, b) in right.enumerated() {
                var best = Swift.min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a == b ? 0 : 1))
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b {
                    best = Swift.min(best, rows[i - 1][j - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
