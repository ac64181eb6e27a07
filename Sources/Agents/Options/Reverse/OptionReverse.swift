import OptimistCore
import OptimistInference

/// What a learned reverse model q̃(o | s, a) of an `OptionAgent` may look at.
public enum OptionReverse: Hashable, Sendable {
    /// The policy's own law in its place: the bound charges all that actions tell of options.
    case none
    /// The posterior over options itself, by exact messages; nothing is learned.
    case exact
    /// Π q̃(o_t | o_{t−1}, s_{t:T}, a_{t:T}), by a recurrent network that reads backwards.
    case backward
    /// Π q̃(o_t | o_{t+1}, s_{1:t+1}, a_{1:t}), by a recurrent network that reads forwards.
    case forward
    /// As `forward`, with the exact filter p(o_t | s_{1:t}, a_{1:t}) in the place of what a network
    /// remembers.
    case filtered
    /// Π q̃(o_t | o_{t+1:t+K}, s_{t−K:t+K}, a_{t−K:t+K}).
    case window(Int)

    /// Which terms each decision answers for.
    var credit: OptionCredit {
        switch self {
        case .none: OptionCredit(ReverseForm.none)
        case .exact, .backward: OptionCredit(.backward)
        case .forward, .filtered: OptionCredit(.forward)
        case .window(let reach): OptionCredit(.window(reach, isShared: true))
        }
    }

    /// Whether every decision answers for every factor.
    var reachesAll: Bool { self == .exact || self == .backward }
    /// Whether there is a network to fit.
    var isLearned: Bool { self != .none && self != .exact }
}

extension OptionReverse: GrammarSetting {
    /// The forms that a setting takes.
    public static let grammar = "none, exact, backward, forward, filtered or window:STEPS"

    /// One of the words, or `window:` and a number of steps from 0 to 64; nil for anything else.
    public init?(rawValue: String) {
        switch rawValue {
        case "none": self = .none
        case "exact": self = .exact
        case "backward": self = .backward
        case "forward": self = .forward
        case "filtered": self = .filtered
        default:
            let parts = rawValue.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == "window", let steps = Int(parts[1]),
                (0...64).contains(steps)
            else { return nil }
            self = .window(steps)
        }
    }

    /// The form as text, such as `window:4`.
    public var rawValue: String {
        switch self {
        case .none: "none"
        case .exact: "exact"
        case .backward: "backward"
        case .forward: "forward"
        case .filtered: "filtered"
        case .window(let steps): "window:\(steps)"
        }
    }
}
