import Foundation
import OptimistModels

extension SACSettings {
    /// τ, or the entropy by which it is found.
    func temperatureChoice(_ kind: ActionKind) -> Temperature.Choice {
        if let temperature { return .fixed(temperature) }
        let usual: Double
        switch kind {
        case .discrete(let count): usual = 0.98 * log(Double(count))
        case .continuous(let width, _): usual = -Double(width)
        }
        return .automatic(entropy: entropy ?? usual, initial: initialTemperature)
    }

    /// Squashed where actions are bounded.
    func spread(_ kind: ActionKind) -> PolicyNetwork.Spread {
        kind.isDiscrete || kind.isBounded
            ? .squashed : .dependent(initialDeviation: networks.initialDeviation)
    }
}
