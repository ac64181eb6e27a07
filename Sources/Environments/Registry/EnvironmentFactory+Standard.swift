extension EnvironmentFactory {
    /// The factories that Optimist brings along, one a component.
    public static let standard = [gymnasium]

    /// Environments of Gymnasium, stepped by Python workers.
    public static let gymnasium = EnvironmentFactory(
        prefix: "gym:",
        sentence: "Any environment of Gymnasium, as gym:Id or gym:module:Id; needs Python."
    ) { request in
        var options = GymnasiumOptions(rendering: request.options.rendering)
        if let folder = request.options.workingFolder { options.folder = folder }
        let assignments = request.arguments.map { "\($0.key)=\($0.value)" }
        return try GymnasiumEnvironments(
            GymnasiumName(request.name), count: request.count,
            arguments: GymnasiumArgument.parse(assignments), options: options)
    }
}
