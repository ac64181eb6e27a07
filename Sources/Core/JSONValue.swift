import Foundation

/// A JSON document as a tree.
public enum JSONValue: Codable, Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case truth(Bool)
    /// A number.
    case number(Double)
    /// A text.
    case text(String)
    /// A list.
    case list([JSONValue])
    /// Named values.
    case object([String: JSONValue])

    /// Reads any JSON value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let truth = try? container.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([JSONValue].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Writes the value; whole numbers without a fraction, numbers that are not finite as null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .truth(let truth): try container.encode(truth)
        case .number(let number) where !number.isFinite: try container.encodeNil()
        case .number(let number):
            if let whole = Int(exactly: number), abs(whole) < 1 << 53 {
                try container.encode(whole)
            } else {
                try container.encode(number)
            }
        case .text(let text): try container.encode(text)
        case .list(let list): try container.encode(list)
        case .object(let object): try container.encode(object)
        }
    }

    /// What becomes of numbers that JSON cannot write.
    enum NotFinite {
        /// They are an error.
        case refused
        /// They become the words `nan`, `inf` and `-inf`.
        case asWords
    }

    /// The tree of any encodable value.
    ///
    /// - Throws: `EncodingError` where the value holds a number that is not finite.
    public init(encoding value: some Encodable) throws {
        try self.init(encoding: value, notFinite: .refused)
    }

    init(encoding value: some Encodable, notFinite: NotFinite) throws {
        let encoder = JSONEncoder()
        if notFinite == .asWords {
            encoder.nonConformingFloatEncodingStrategy = .convertToString(
                positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        }
        self = try JSONDecoder().decode(JSONValue.self, from: encoder.encode(value))
    }

    /// The value of a type that this tree describes.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: JSONEncoder().encode(self))
    }

    /// The tree in JSON, keys sorted.
    public func text(pretty: Bool = false) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            pretty
            ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            : [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            fail("JSONValue.text", "a tree of JSON values could not be encoded")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// A number as people write it: `5` rather than `5.0`.
    public static func text(_ number: Double) -> String {
        if let whole = Int(exactly: number), abs(whole) < 1 << 53 { return String(whole) }
        return "\(number)"
    }
}
