import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch

/// p(a | s), what an agent would do if nothing mattered; the bound's action consistency is measured
/// against it.
///
/// The choice moves a bound by a constant at every step, which matters where episodes end at
/// different times: a prior that is not normalized pays for every step lived, or charges for it.
public enum PolicyPrior: Hashable, Sendable {
    /// Uniform over several actions or over [−1, 1] for each number; normalized. Draws that an
    /// environment clips count as being inside.
    case uniform
    /// Counting or Lebesgue measure, log-density 0: entropy in place of divergence, as in the
    /// literature on maximum entropy.
    case lebesgue
    /// Normal around 0 with a deviation, for numbers.
    case gaussian(deviation: Double)

    /// Whether actions of a kind can have this prior: a uniform one needs bounds, a Gaussian one
    /// numbers.
    public func suits(_ kind: ActionKind) -> Bool {
        switch (self, kind) {
        case (.uniform, .continuous(_, let isBounded)): isBounded
        case (.gaussian, .discrete): false
        default: true
        }
    }

    /// log p(a | s) in nats where it is the same for all actions; nil otherwise.
    public func constant(_ kind: ActionKind) -> Double? {
        switch (self, kind) {
        case (.uniform, .discrete(let count)): -log(Double(count))
        case (.uniform, .continuous(let width, _)): -Double(width) * log(2)
        case (.lebesgue, _): 0
        case (.gaussian, _): nil
        }
    }

    /// log p(a | s) in nats, `[rows...]`, of actions of a kind.
    public func logDensity(_ actions: Tensor, _ kind: ActionKind) -> Tensor {
        if let constant = constant(kind) {
            let rows = actions.shape.dropLast(kind.isDiscrete ? 0 : 1)
            return .full(Array(rows), constant, device: actions.device)
        }
        guard case .gaussian(let deviation) = self, !kind.isDiscrete else {
            fail("PolicyPrior.logDensity", "\(self) for \(kind)")
        }
        let terms = (actions / deviation).square() * -0.5 - 0.5 * log(2 * .pi) - log(deviation)
        return terms.sum(axis: -1)
    }

    /// KL(π ‖ p) in nats, `[rows...]`, which is minus the entropy for counting measure; nil where
    /// there is no closed form.
    public func divergence(of law: ActionLaw, _ kind: ActionKind) -> Tensor? {
        if let constant = constant(kind) { return law.entropy.map { -$0 - constant } }
        guard case .gaussian(let deviation) = self, case .gaussian(let normal) = law else {
            return nil
        }
        return normal.divergence(
            to: Normal(
                mean: Tensor.zeros(like: normal.mean), standardDeviation: deviation, eventRank: 1))
    }
}

extension PolicyPrior: GrammarSetting {
    /// The forms that a setting takes.
    public static let grammar = "uniform, lebesgue or gaussian:DEVIATION"

    /// `uniform`, `lebesgue`, or `gaussian:` and a positive number; nil for anything else.
    public init?(rawValue: String) {
        switch rawValue {
        case "uniform": self = .uniform
        case "lebesgue": self = .lebesgue
        default:
            let parts = rawValue.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == "gaussian", let deviation = Double(parts[1]),
                deviation > 0, deviation.isFinite
            else { return nil }
            self = .gaussian(deviation: deviation)
        }
    }

    /// The prior as text, such as `gaussian:1.0`.
    public var rawValue: String {
        switch self {
        case .uniform: "uniform"
        case .lebesgue: "lebesgue"
        case .gaussian(let deviation): "gaussian:\(deviation)"
        }
    }
}

extension ActionKind {
    /// Whether actions are indices.
    public var isDiscrete: Bool {
        if case .discrete = self { true } else { false }
    }
}
