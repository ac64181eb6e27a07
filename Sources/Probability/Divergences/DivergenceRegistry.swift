import Foundation
import OptimistTorch

/// The closed forms of Kullback-Leibler divergences, by the pair of types.
///
/// One registry serves the whole process; `registerDivergence(from:to:)` adds a pair of a user's
/// own types, or replaces one of ours. Wrapping laws say themselves what their divergences reduce
/// to: see `DivergenceReducible`.
final class DivergenceRegistry: @unchecked Sendable {
    typealias Formula =
        @Sendable (any TensorDistribution, any TensorDistribution) -> Tensor?

    private struct Pair: Hashable {
        let first: ObjectIdentifier
        let second: ObjectIdentifier
    }

    /// The registry of this process, with the closed forms of this room.
    static let shared = DivergenceRegistry.filled()

    // Guarded by the lock: registration may happen while another thread looks a pair up.
    private var formulas: [Pair: Formula] = [:]
    private let lock = NSLock()

    func register<
        First: TensorDistribution & SendableMetatype, Second: TensorDistribution & SendableMetatype
    >(_ formula: @escaping @Sendable (First, Second) -> Tensor?) {
        let pair = Pair(first: ObjectIdentifier(First.self), second: ObjectIdentifier(Second.self))
        lock.withLock {
            formulas[pair] = { first, second in
                guard let first = first as? First, let second = second as? Second else {
                    return nil
                }
                return formula(first, second)
            }
        }
    }

    func formula(
        from first: any TensorDistribution.Type, to second: any TensorDistribution.Type
    ) -> Formula? {
        let pair = Pair(first: ObjectIdentifier(first), second: ObjectIdentifier(second))
        return lock.withLock { formulas[pair] }
    }

    private static func filled() -> DivergenceRegistry {
        let registry = DivergenceRegistry()
        registry.register { (p: Normal, q: Normal) in p.divergence(to: q) }
        registry.register { (p: TanhNormal, q: TanhNormal) in p.base.divergence(to: q.base) }
        registry.register { (p: MultivariateNormal, q: MultivariateNormal) in
            p.divergence(to: q)
        }
        registry.register { (p: Normal, q: MultivariateNormal) in
            MultivariateNormal(p).divergence(to: q)
        }
        registry.register { (p: MultivariateNormal, q: Normal) in
            p.divergence(to: MultivariateNormal(q))
        }
        registry.register { (p: Categorical, q: Categorical) in p.divergence(to: q) }
        registry.register { (p: OneHotStraightThrough, q: OneHotStraightThrough) in
            p.divergence(to: q)
        }
        registry.register { (p: Bernoulli, q: Bernoulli) in p.divergence(to: q) }
        registry.register { (p: Beta, q: Beta) in p.divergence(to: q) }
        registry.registerBounded()
        return registry
    }

    private func registerBounded() {
        register { (p: Uniform, q: Uniform) in p.divergence(to: q) }
        register { (p: Uniform, q: Normal) in p.divergence(to: q) }
        register { (p: Uniform, q: TruncatedNormal) in p.divergence(to: q) }
        register { (p: Beta, q: Uniform) in p.divergence(to: q) }
        register { (p: TruncatedNormal, q: TruncatedNormal) in p.divergence(to: q) }
        register { (p: TruncatedNormal, q: Normal) in p.divergence(to: q) }
        register { (p: TruncatedNormal, q: Uniform) in p.divergence(to: q) }
    }
}

/// A law whose divergence to another law reduces to divergences of its parts.
public protocol DivergenceReducible: TensorDistribution {
    /// KL(self ‖ other), `[batch...]`, or nil where it does not reduce to a closed form.
    func reducedDivergence(to other: any TensorDistribution) -> Tensor?
}

/// Makes a closed form of KL(p ‖ q) known for a pair of types.
///
/// The formula gives `[batch...]` in nats, or nil where it does not hold for these two laws.
public func registerDivergence<
    First: TensorDistribution & SendableMetatype, Second: TensorDistribution & SendableMetatype
>(
    from first: First.Type, to second: Second.Type,
    _ formula: @escaping @Sendable (First, Second) -> Tensor?
) {
    DivergenceRegistry.shared.register(formula)
}
