import OptimistCore

/// How arguments of environments are spelled: `is-slippery`, also `is_slippery` and `isSlippery`.
enum ArgumentKey {
    /// The spelling with hyphens.
    static func hyphenated(_ key: String) -> String {
        var result = ""
        for character in key {
            if character == "_" {
                result.append("-")
            } else if character.isUppercase {
                if !result.isEmpty, result.last != "-" { result.append("-") }
                result += character.lowercased()
            } else {
                result.append(character)
            }
        }
        return result
    }
}

extension SettingField {
    /// The same field with its key spelled with hyphens.
    var hyphenated: SettingField {
        SettingField(
            key: ArgumentKey.hyphenated(key), sentence: sentence, kind: kind,
            constraint: constraint, defaultValue: defaultValue)
    }
}

extension Configuration {
    /// The arguments that these settings are given by, keys spelled with hyphens.
    static var arguments: [SettingField] { fields.map(\.hyphenated) }

    /// The default settings with some replaced by arguments in any spelling.
    ///
    /// - Throws: `EnvironmentError` that names the environment.
    static func reading(
        _ arguments: [(key: String, value: String)], of environment: String
    ) throws -> Self {
        let fields = fields
        let assignments = try arguments.map { argument in
            let key = ArgumentKey.hyphenated(argument.key)
            guard let field = fields.first(where: { ArgumentKey.hyphenated($0.key) == key }) else {
                let names = (Self.arguments + WrapperArguments.arguments).map(\.key)
                    .filter { $0 != key }
                throw EnvironmentError.unknownArgument(
                    environment: environment, key: argument.key,
                    nearest: key.nearest(among: names))
            }
            return (key: field.key, value: argument.value)
        }
        do {
            return try Self().setting(assignments)
        } catch let error as ConfigurationError {
            throw EnvironmentError.badArgument(
                environment: environment, error.renamingKeys(ArgumentKey.hyphenated))
        }
    }
}
