/// The settings of an algorithm, an environment or a part of one: a struct of `Setting` fields
/// and of nested configurations, which are addressed by dots (`planner.horizon`).
public protocol Configuration: Codable, Sendable, Equatable {
    /// The default configuration.
    init()
    /// Refuses combinations of values that are each within range but cannot go together.
    func validate() throws
}

extension Configuration {
    /// Any combination is fine, unless the configuration says otherwise.
    public func validate() throws {}
}

/// One field of a configuration, described.
public struct SettingField: Sendable, Equatable {
    /// The field's name with those of its parents, such as `planner.horizon`.
    public let key: String
    /// What it means.
    public let sentence: String
    /// What kind of value it holds.
    public let kind: SettingKind
    /// What it may be.
    public let constraint: SettingConstraint
    /// Its default.
    public let defaultValue: JSONValue

    /// A field with its parts.
    public init(
        key: String, sentence: String, kind: SettingKind, constraint: SettingConstraint,
        defaultValue: JSONValue
    ) {
        self.key = key
        self.sentence = sentence
        self.kind = kind
        self.constraint = constraint
        self.defaultValue = defaultValue
    }
}

/// Why a configuration was refused.
public enum ConfigurationError: Error, Equatable, Sendable {
    /// No field has that name; the nearest one, if one is near.
    case unknownKey(String, nearest: String?)
    /// The value is not of the field's kind.
    case wrongKind(key: String, value: String, expected: String)
    /// The value is outside what the field may be.
    case outOfRange(key: String, value: String, allowed: String)
    /// Values that cannot go together.
    case inconsistent(String)
}

extension ConfigurationError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .unknownKey(let key, let nearest?):
            "there is no setting '\(key)'; did you mean '\(nearest)'?"
        case .unknownKey(let key, nil):
            "there is no setting '\(key)'"
        case .wrongKind(let key, let value, let expected):
            "'\(value)' is no value for '\(key)': expected \(expected)"
        case .outOfRange(let key, let value, let allowed):
            "\(value) is out of range for '\(key)': allowed is \(allowed)"
        case .inconsistent(let reason): reason
        }
    }
}

extension ConfigurationError {
    /// The same refusal with its keys as the user types them, such as `run.checkpointEvery` for a
    /// part's `checkpointEvery`.
    public func renamingKeys(_ rename: (String) -> String) -> ConfigurationError {
        switch self {
        case .unknownKey(let key, let nearest):
            .unknownKey(rename(key), nearest: nearest.map(rename))
        case .wrongKind(let key, let value, let expected):
            .wrongKind(key: rename(key), value: value, expected: expected)
        case .outOfRange(let key, let value, let allowed):
            .outOfRange(key: rename(key), value: value, allowed: allowed)
        case .inconsistent: self
        }
    }
}

extension Configuration {
    /// Every field, in the order of declaration.
    public static var fields: [SettingField] { describe(Self(), prefix: "") }

    /// This configuration with some fields replaced, each given by its dotted key as text.
    ///
    /// - Throws: `ConfigurationError` for an unknown key, a value of another kind or out of range.
    public func setting(_ assignments: [(key: String, value: String)]) throws -> Self {
        let fields = Self.fields
        let values = try assignments.map { assignment in
            let field = try find(assignment.key, in: fields)
            return (field.key, try field.parse(assignment.value))
        }
        return try replacing(values)
    }

    /// This configuration with the fields of a tree replaced, such as a file's.
    ///
    /// - Throws: `ConfigurationError` for an unknown key, a value of another kind or out of range.
    public func merging(_ tree: JSONValue) throws -> Self {
        let fields = Self.fields
        var values: [(String, JSONValue)] = []
        func collect(_ value: JSONValue, _ key: String) throws {
            if case .object(let children) = value {
                for (name, child) in children.sorted(by: { $0.key < $1.key }) {
                    try collect(child, key.isEmpty ? name : "\(key).\(name)")
                }
            } else {
                let field = try find(key, in: fields)
                values.append((key, try field.check(value)))
            }
        }
        try collect(tree, "")
        return try replacing(values)
    }

    private func replacing(_ values: [(String, JSONValue)]) throws -> Self {
        var tree = try JSONValue(encoding: self)
        for (key, value) in values { tree.set(value, at: key.split(separator: ".")[...]) }
        let result = try tree.decode(Self.self)
        try result.validateAll()
        return result
    }

    /// Validates the parts, then the whole.
    private func validateAll() throws {
        for child in Mirror(reflecting: self).children {
            if let part = child.value as? any Configuration { try part.validateAll() }
        }
        try validate()
    }

    /// Checks every field of a configuration made in code, as a file's would be.
    ///
    /// - Throws: `ConfigurationError` for the first value that is out of range or not finite.
    public func check() throws {
        // A number that is not finite has no JSON; as a word it is refused by its field's name.
        _ = try Self().merging(JSONValue(encoding: self, notFinite: .asWords))
    }

    private func find(_ key: String, in fields: [SettingField]) throws -> SettingField {
        if let field = fields.first(where: { $0.key == key }) { return field }
        throw ConfigurationError.unknownKey(key, nearest: key.nearest(among: fields.map(\.key)))
    }
}

private func describe(_ configuration: any Configuration, prefix: String) -> [SettingField] {
    Mirror(reflecting: configuration).children.flatMap { child -> [SettingField] in
        guard let label = child.label else { return [] }
        let key = prefix + (label.hasPrefix("_") ? String(label.dropFirst()) : label)
        if let setting = child.value as? any DescribedSetting { return [setting.field(key)] }
        if let nested = child.value as? any Configuration {
            return describe(nested, prefix: key + ".")
        }
        fail("Configuration.fields", "'\(key)' is neither a Setting nor a Configuration")
    }
}

private protocol DescribedSetting {
    func field(_ key: String) -> SettingField
}

extension Setting: DescribedSetting {
    fileprivate func field(_ key: String) -> SettingField {
        guard let value = try? JSONValue(encoding: [wrappedValue]), case .list(let list) = value
        else { fail("Setting", "the default of '\(key)' cannot be written") }
        return SettingField(
            key: key, sentence: sentence, kind: Value.kind, constraint: constraint,
            defaultValue: list[0])
    }
}

extension JSONValue {
    /// Replaces the value at a path of names, making objects on the way.
    mutating func set(_ value: JSONValue, at path: ArraySlice<Substring>) {
        guard let name = path.first.map(String.init) else {
            self = value
            return
        }
        var children: [String: JSONValue] = [:]
        if case .object(let present) = self { children = present }
        children[name, default: .null].set(value, at: path.dropFirst())
        self = .object(children)
    }
}
