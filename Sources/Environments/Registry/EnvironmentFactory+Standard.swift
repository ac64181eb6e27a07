extension EnvironmentFactory {
    /// The factories that Optimist brings along, one a component.
    public static let standard: [EnvironmentFactory] = []
}
