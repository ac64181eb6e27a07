import OptimistCore
import OptimistEnvironments
import OptimistTorch

/// What actions are, as policies see them.
public enum ActionKind: Hashable, Sendable {
    /// One of so many.
    case discrete(Int)
    /// So many numbers: in [−1, 1] each where they are bounded.
    case continuous(width: Int, isBounded: Bool)

    /// The kind of a space of actions in the units that agents use; nil for kinds that no policy
    /// here has, such as several discrete choices at once.
    public init?(_ space: Space) {
        switch space.kind {
        case .discrete(let count): self = .discrete(count)
        case .box: self = .continuous(width: space.width, isBounded: space.isBounded)
        case .multiDiscrete, .multiBinary, .bytes: return nil
        }
    }

    /// Numbers in an action as networks read it: one for each of several actions, or its own.
    public var codeWidth: Int {
        switch self {
        case .discrete(let count): count
        case .continuous(let width, _): width
        }
    }

    /// Actions as networks read them, `[..., code]`: one-hot, or themselves.
    ///
    /// - Parameter actions: `[...]` indices, or `[..., width]`.
    public func code(_ actions: Tensor) -> Tensor {
        switch self {
        case .discrete(let count): actions.oneHot(classes: count)
        case .continuous: actions
        }
    }
}
