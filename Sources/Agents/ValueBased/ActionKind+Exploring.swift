import OptimistCore
import OptimistModels
import OptimistTorch

extension ActionKind {
    /// Actions as an agent gives them, each replaced by a uniform one with a probability.
    ///
    /// - Parameters:
    ///   - values: row after row: indices or numbers.
    ///   - share: the probability.
    ///   - generator: draws.
    func exploring(
        _ values: [Float], share: Double, using generator: inout Generator
    ) -> [Float] {
        guard share > 0 else { return values }
        let width = isDiscrete ? 1 : codeWidth
        let count = values.count / width
        let drawn = randomValues(count, using: &generator)
        var result = values
        for row in 0..<count where generator.bernoulli(share) {
            for entry in row * width..<(row + 1) * width { result[entry] = drawn[entry] }
        }
        return result
    }
}
