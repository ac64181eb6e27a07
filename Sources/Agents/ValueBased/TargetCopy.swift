import OptimistCore
import OptimistTorch

/// How the network that targets are made with follows the one that learns.
public enum TargetCopy: Hashable, Sendable {
    /// A copy, made anew after so many updates.
    case hard(every: Int)
    /// Moves by a share of the way in each update (Polyak averaging).
    case polyak(rate: Double)

    /// Moves a target after an update.
    ///
    /// - Parameters:
    ///   - target: what targets are made with.
    ///   - network: what learns.
    ///   - updates: made so far, this one included.
    func move(_ target: FusedNetwork, after network: FusedNetwork, updates: Int) {
        switch self {
        case .hard(let every):
            if updates.isMultiple(of: every) { target.storage.assign(network.storage) }
        case .polyak(let rate):
            target.storage.interpolate(toward: network.storage, weight: rate)
        }
    }
}

extension TargetCopy: GrammarSetting {
    /// The forms that a setting takes.
    public static let grammar = "hard:UPDATES or polyak:RATE"

    /// `hard:` and a whole number of at least 1, or `polyak:` and a number in (0, 1]; nil for
    /// anything else.
    public init?(rawValue: String) {
        let parts = rawValue.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "hard":
            guard let every = Int(parts[1]), every > 0 else { return nil }
            self = .hard(every: every)
        case "polyak":
            guard let rate = Double(parts[1]), rate > 0, rate <= 1 else { return nil }
            self = .polyak(rate: rate)
        default: return nil
        }
    }

    /// The choice as text, such as `hard:500`.
    public var rawValue: String {
        switch self {
        case .hard(let every): "hard:\(every)"
        case .polyak(let rate): "polyak:\(rate)"
        }
    }
}
