import Foundation
import OptimistCore

/// A Dirichlet law over laws of finitely many outcomes: what counts tell of probabilities.
public struct DirichletLaw: Distribution, Codable, Equatable, Sendable {
    /// Prior counts and observed ones together, all positive, `[outcomes]`.
    public let concentrations: [Double]
    /// Their sum.
    public let total: Double

    /// A law with its concentrations, at least one.
    public init(_ concentrations: [Double]) {
        if concentrations.isEmpty || !concentrations.allSatisfy({ $0 > 0 && $0.isFinite }) {
            fail("DirichletLaw", "the concentrations \(concentrations)")
        }
        self.concentrations = concentrations
        total = concentrations.reduce(0, +)
    }

    /// E[p], which is also the law of the next outcome, `[outcomes]`.
    public var mean: [Double] { concentrations.map { $0 / total } }

    /// A draw of p.
    public func sample(using generator: inout Generator) -> [Double] {
        generator.dirichlet(concentrations)
    }

    /// The log-density of p with respect to its first entries, in nats.
    public func logDensity(_ value: [Double]) -> Double {
        if value.count != concentrations.count {
            fail("DirichletLaw.logDensity", "\(value.count) for \(concentrations.count) outcomes")
        }
        var sum = -logNormalizer
        // 0 · log 0 = 0: a flat direction has a density at its edge.
        for (p, concentration) in zip(value, concentrations) where concentration != 1 {
            sum += (concentration - 1) * log(p)
        }
        return sum
    }

    /// The differential entropy, in nats.
    public var entropy: Double? {
        let own = digamma(total)
        var sum = logNormalizer
        for concentration in concentrations {
            sum -= (concentration - 1) * (digamma(concentration) - own)
        }
        return sum
    }

    /// log ∏ Γ(α_i) / Γ(Σ α_i).
    private var logNormalizer: Double {
        concentrations.reduce(-lgamma(total)) { $0 + lgamma($1) }
    }

    /// The law after an outcome was observed.
    public func updated(_ outcome: Int) -> DirichletLaw {
        var counts = concentrations
        counts[outcome] += 1
        return DirichletLaw(counts)
    }

    /// KL(self ‖ other) in nats.
    public func divergence(from other: DirichletLaw) -> Double {
        if other.concentrations.count != concentrations.count {
            fail(
                "DirichletLaw.divergence",
                "\(concentrations.count) against \(other.concentrations.count) outcomes")
        }
        let own = digamma(total)
        var sum = other.logNormalizer - logNormalizer
        for (left, right) in zip(concentrations, other.concentrations) where left != right {
            sum += (left - right) * (digamma(left) - own)
        }
        return max(0, sum)
    }

    /// KL(after ‖ before) of one more observation of an outcome, in nats: what that observation told
    /// of p. It is log(α_0 / α_i) + ψ(α_i + 1) − ψ(α_0 + 1).
    public func informationGain(of outcome: Int) -> Double {
        let count = concentrations[outcome]
        return max(0, log(total / count) + digamma(count + 1) - digamma(total + 1))
    }

    /// What the next observation will tell of p in the mean, I(outcome; p), in nats.
    public var expectedInformationGain: Double {
        if concentrations.count == 1 { return 0 }
        var sum = 0.0
        for (outcome, probability) in mean.enumerated() {
            sum += probability * informationGain(of: outcome)
        }
        return sum
    }
}

extension DirichletLaw {
    /// Reads what was written.
    ///
    /// - Throws: `DecodingError` where the concentrations are not positive.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let counts = try container.decode([Double].self, forKey: .concentrations)
        if counts.isEmpty || !counts.allSatisfy({ $0 > 0 && $0.isFinite }) {
            throw DecodingError.dataCorruptedError(
                forKey: .concentrations, in: container,
                debugDescription: "the concentrations \(counts) are not all positive")
        }
        self.init(counts)
    }

    /// Writes the concentrations.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(concentrations, forKey: .concentrations)
    }

    private enum CodingKeys: String, CodingKey { case concentrations }
}

/// ψ, the derivative of log Γ, of a positive number: upward recurrence, then the asymptotic series
/// (Bernardo 1976), to about 1e-14.
package func digamma(_ value: Double) -> Double {
    var (x, result) = (value, 0.0)
    while x < 10 {
        result -= 1 / x
        x += 1
    }
    let y = 1 / (x * x)
    let series =
        y
        * (1.0 / 12 - y * (1.0 / 120 - y * (1.0 / 252 - y * (1.0 / 240 - y * (1.0 / 132)))))
    return result + log(x) - 0.5 / x - series
}
