/// The name of an environment of Gymnasium, `gym:Id` or `gym:module:Id`.
///
/// A module is imported first; it registers its environments with Gymnasium while it loads.
public struct GymnasiumName: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The Python module to import first, such as `my_package.environments`.
    public let module: String?
    /// The name that the environment is registered under, such as `HalfCheetah-v5`.
    public let identifier: String

    /// Whether a text is meant as a name of this kind.
    public static func isName(_ text: String) -> Bool { text.hasPrefix("gym:") }

    /// Reads `gym:Id` or `gym:module:Id`.
    ///
    /// - Throws: `GymnasiumError.badName`.
    public init(_ text: String) throws {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 || parts.count == 3, parts[0] == "gym",
            let identifier = parts.last, !identifier.isEmpty,
            identifier.allSatisfy(GymnasiumName.isIdentifierCharacter)
        else { throw GymnasiumError.badName(text) }
        let module = parts.count == 3 ? parts[1] : nil
        if let module, !GymnasiumName.isModule(module) { throw GymnasiumError.badName(text) }
        self.module = module
        self.identifier = identifier
    }

    /// The name as it was written.
    public var description: String {
        module.map { "gym:\($0):\(identifier)" } ?? "gym:\(identifier)"
    }

    private static func isIdentifierCharacter(_ character: Character) -> Bool {
        character.isASCII
            && (character.isLetter || character.isNumber || "_-./".contains(character))
    }

    private static func isModule(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.first, first.isLetter || first == "_" else { return false }
            return part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        }
    }
}
