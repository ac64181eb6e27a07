/// One field of a configuration: its value, and in the default instance also what it means and
/// what it may be.
///
///     public struct Configuration: OptimistCore.Configuration {
///         @Setting("Members of the ensemble.", 1...64) public var members = 5
///     }
///
/// Help, refusals, tables in the documentation and the saved file all derive from it.
@propertyWrapper
public struct Setting<Value: SettingValue>: Sendable {
    /// The field's value.
    public var wrappedValue: Value
    /// What the field means, one sentence.
    public let sentence: String
    /// What the field may be.
    public let constraint: SettingConstraint

    /// A field without a constraint beyond its type.
    public init(wrappedValue: Value, _ sentence: String) {
        self.init(wrappedValue: wrappedValue, sentence, .none)
    }

    /// A field with a constraint.
    public init(wrappedValue: Value, _ sentence: String, _ constraint: SettingConstraint) {
        self.wrappedValue = wrappedValue
        self.sentence = sentence
        self.constraint = constraint
    }

    /// A whole number within a range, both ends included.
    public init(wrappedValue: Value, _ sentence: String, _ range: ClosedRange<Int>)
    where Value: IntegerSetting {
        self.init(
            wrappedValue: wrappedValue, sentence,
            .range(Double(range.lowerBound), Double(range.upperBound)))
    }

    /// A number within a range, both ends included.
    public init(wrappedValue: Value, _ sentence: String, _ range: ClosedRange<Double>)
    where Value: RealSetting {
        self.init(
            wrappedValue: wrappedValue, sentence, .range(range.lowerBound, range.upperBound))
    }

    /// A number that is at least a bound.
    public init(wrappedValue: Value, _ sentence: String, _ range: PartialRangeFrom<Double>)
    where Value: RealSetting {
        self.init(wrappedValue: wrappedValue, sentence, .range(range.lowerBound, .infinity))
    }

    /// A whole number that is at least a bound.
    public init(wrappedValue: Value, _ sentence: String, _ range: PartialRangeFrom<Int>)
    where Value: IntegerSetting {
        self.init(
            wrappedValue: wrappedValue, sentence, .range(Double(range.lowerBound), .infinity))
    }

    /// A choice among the cases of an enumeration.
    public init(wrappedValue: Value, _ sentence: String)
    where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
        self.init(
            wrappedValue: wrappedValue, sentence, .choices(Value.allCases.map(\.rawValue)))
    }
}

extension Setting: Codable {
    /// Reads the bare value; what it means is known to the default instance alone.
    public init(from decoder: any Decoder) throws {
        self.init(wrappedValue: try Value(from: decoder), "")
    }

    /// Writes the bare value.
    public func encode(to encoder: any Encoder) throws { try wrappedValue.encode(to: encoder) }
}

extension Setting: Equatable where Value: Equatable {
    /// Whether the values are equal.
    public static func == (left: Self, right: Self) -> Bool {
        left.wrappedValue == right.wrappedValue
    }
}

/// What a setting may be.
public enum SettingConstraint: Sendable, Equatable {
    /// Anything of its type.
    case none
    /// A finite number between two bounds, both included; each element of a list, too.
    case range(Double, Double)
    /// One of several words.
    case choices([String])

    /// The constraint in words, such as `1 to 64`.
    public var description: String {
        switch self {
        case .none: "any"
        case .range(let low, let high):
            switch (low.isFinite, high.isFinite) {
            case (true, true): "\(JSONValue.text(low)) to \(JSONValue.text(high))"
            case (true, false): "\(JSONValue.text(low)) or more"
            case (false, true): "\(JSONValue.text(high)) or less"
            case (false, false): "any"
            }
        case .choices(let words): words.joined(separator: ", ")
        }
    }
}

/// What a setting can hold: numbers, truth values, words, lists and optional values of these.
public protocol SettingValue: Codable, Sendable, Equatable {
    /// The kind of value in words, such as `whole number`.
    static var kind: SettingKind { get }
}

/// A whole-number setting, or a list or optional of them.
public protocol IntegerSetting: SettingValue {}
/// A real-number setting, or a list or optional of them.
public protocol RealSetting: SettingValue {}

/// The kinds of values that a setting can hold.
public indirect enum SettingKind: Sendable, Equatable {
    /// A whole number.
    case integer
    /// A real number.
    case real
    /// True or false.
    case truth
    /// A word.
    case word
    /// A list of values of a kind.
    case list(SettingKind)
    /// A value of a kind, or `none`.
    case optional(SettingKind)

    /// The kind in words.
    public var description: String {
        switch self {
        case .integer: "whole number"
        case .real: "number"
        case .truth: "true or false"
        case .word: "word"
        case .list(let element): "list of \(element.description)s"
        case .optional(let value): "\(value.description) or none"
        }
    }
}

extension Int: IntegerSetting {
    /// A whole number.
    public static var kind: SettingKind { .integer }
}
extension Double: RealSetting {
    /// A real number.
    public static var kind: SettingKind { .real }
}
extension Bool: SettingValue {
    /// True or false.
    public static var kind: SettingKind { .truth }
}
extension String: SettingValue {
    /// A word.
    public static var kind: SettingKind { .word }
}
extension Array: SettingValue where Element: SettingValue {
    /// A list of the element's kind.
    public static var kind: SettingKind { .list(Element.kind) }
}
extension Array: IntegerSetting where Element: IntegerSetting {}
extension Array: RealSetting where Element: RealSetting {}
extension Optional: SettingValue where Wrapped: SettingValue {
    /// The wrapped kind, or none.
    public static var kind: SettingKind { .optional(Wrapped.kind) }
}
extension Optional: IntegerSetting where Wrapped: IntegerSetting {}
extension Optional: RealSetting where Wrapped: RealSetting {}
extension SettingValue where Self: RawRepresentable, RawValue == String {
    /// A word.
    public static var kind: SettingKind { .word }
}
