import OptimistCore

extension Agent {
    /// The default settings with those of a preset in their place.
    ///
    /// - Parameter name: the preset's name, such as `debug`, which every algorithm has.
    /// - Throws: `ConfigurationError` where the algorithm has no such preset.
    public static func settings(preset name: String) throws -> Settings {
        guard let preset = algorithm.presets.first(where: { $0.name == name }) else {
            throw ConfigurationError.outOfRange(
                key: "preset", value: name,
                allowed: algorithm.presets.map(\.name).joined(separator: ", "))
        }
        return try Settings().setting(preset.agentSettings)
    }
}

extension Preset {
    /// The settings of the algorithm by dotted key.
    public var agentSettings: [(String, String)] {
        settings.filter { !$0.key.hasPrefix(Self.run) }.map { ($0.key, $0.value) }
    }

    /// The settings of the run by dotted key, without their `run.`.
    public var runSettings: [(String, String)] {
        settings.filter { $0.key.hasPrefix(Self.run) }.map {
            (String($0.key.dropFirst(Self.run.count)), $0.value)
        }
    }

    private static let run = "run."
}
