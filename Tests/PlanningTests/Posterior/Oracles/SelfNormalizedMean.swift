import Foundation

/// What theory says of one round of importance weighting by draws of the habit, by quadrature: the
/// habit is N(0.2, 1/1.5), the score S(a) = −2 (0.7 a² − 0.8 a), the posterior's mean 1.9 / 4.3.
struct SelfNormalizedMean {
    private struct Point {
        /// p(a) da, exp S and the distance of a to the posterior's mean.
        let chance, weight, distance: Double
    }

    private let points: [Point]

    init() {
        let (low, step) = (-9.8, 0.025)
        points = (0...800).map { index in
            let a = low + step * Double(index)
            let density =
                exp(-1.5 * (a - 0.2) * (a - 0.2) / 2) * (1.5 / (2 * Double.pi)).squareRoot()
            return Point(
                chance: density * step, weight: exp(-2 * (0.7 * a * a - 0.8 * a)),
                distance: a - 1.9 / 4.3)
        }
    }

    private func mean(_ value: (Point) -> Double) -> Double {
        points.reduce(0) { $0 + $1.chance * value($1) }
    }

    /// √(E[w² d²] / J) / E[w], which the deviation tends to as draws grow in number.
    func asymptoticDeviation(draws: Int) -> Double {
        let spread = mean { $0.weight * $0.weight * $0.distance * $0.distance }
        return (spread / Double(draws)).squareRoot() / mean(\.weight)
    }

    /// E[w]² / E[w²], which the effective share of the draws tends to.
    var effectiveShare: Double {
        let first = mean(\.weight)
        return first * first / mean { $0.weight * $0.weight }
    }

    /// Bias and deviation of Σ w d / Σ w for so many draws, exactly: 1 / Σ w = ∫ exp(−t Σ w) dt and
    /// 1 / (Σ w)² = ∫ t exp(−t Σ w) dt leave expectations of single draws.
    func moments(draws: Int) -> (bias: Double, deviation: Double) {
        let (count, step) = (Double(draws), 33.0 / 400)
        var (first, second) = (0.0, 0.0)
        for index in 0...400 {
            let time = exp(-25 + step * Double(index))
            var (none, one, two) = (0.0, 0.0, 0.0)
            for point in points {
                let kept = point.chance * exp(-time * point.weight)
                let pull = point.weight * point.distance
                none += kept
                one += kept * pull
                two += kept * pull * pull
            }
            let others = pow(none, count - 2)
            first += step * time * count * one * none * others
            second +=
                step * time * time
                * (count * two * none * others + count * (count - 1) * one * one * others)
        }
        return (first, (second - first * first).squareRoot())
    }
}
