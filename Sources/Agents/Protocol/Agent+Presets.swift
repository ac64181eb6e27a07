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
        return try Settings().setting(preset.settings.map { ($0.key, $0.value) })
    }
}
