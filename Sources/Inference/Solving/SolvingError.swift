/// Why a model cannot be solved as it was asked for.
public enum SolvingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Neither the model nor the request says how long it lasts.
    case noHorizon
    /// The model and the request say different things.
    case disagreement(what: String, asked: String, model: String)
    /// A number of the request is out of range.
    case outOfRange(what: String, value: String, allowed: String)
    /// Without a discount the model has to end, and nothing in it ends.
    case neverEnds
    /// No state has that name or number.
    case unknownState(String, count: Int)
    /// It does not fit into memory; sizes in bytes.
    case memory(what: String, needed: Int, available: Int)
    /// The prior over actions is no law.
    case prior(ActionPriorError)
    /// The model is not one that is partially observed.
    case model(PartiallyObservedError)
    /// What was asked for does not exist for this kind of model.
    case notOffered(String)

    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .noHorizon:
            "neither the model nor the request gives a horizon or a discount: give one of them"
        case .disagreement(let what, let asked, let model):
            "the \(what) asked for is \(asked), and the model's own is \(model): "
                + "leave one out or make them equal"
        case .outOfRange(let what, let value, let allowed):
            "the \(what) is \(value): allowed is \(allowed)"
        case .neverEnds:
            "the discount is 1 and no state is terminal, so that values have no end: give a "
                + "discount below 1 or a horizon"
        case .unknownState(let name, let count):
            "there is no state \(name): there are \(count), give a name or a number from 0 to "
                + "\(count - 1)"
        case .memory(let what, let needed, let available):
            "\(what) needs \(MemoryText.of(needed)) of memory and \(MemoryText.of(available)) "
                + "are free: make it smaller, or use a larger machine"
        case .prior(let error): error.description
        case .model(let error): error.description
        case .notOffered(let sentence): sentence
        }
    }
}

/// Sizes in words.
enum MemoryText {
    /// A number of bytes as people write it: `1.5 GiB`.
    static func of(_ bytes: Int) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var (size, unit) = (Double(bytes), 0)
        while size >= 1024 && unit < units.count - 1 {
            size /= 1024
            unit += 1
        }
        return unit == 0 ? "\(bytes) bytes" : "\((size * 10).rounded() / 10) \(units[unit])"
    }
}
