import OptimistCore

/// Makes environments from their names and arguments, as the command line gives them.
///
/// The keys `time-limit`, `repeat`, `frames`, `mask`, `flicker`, `distract`, `noisy-tv` and `clip`
/// put wrappers around the environment; every other key is an argument of the environment itself,
/// and `env.KEY` forces it there. Keys may be spelled `is-slippery`, `is_slippery` or `isSlippery`.
public struct EnvironmentRegistry: Sendable {
    /// Who makes environments with a prefix.
    public let factories: [EnvironmentFactory]

    /// A registry of the built-in environments and those of some factories.
    public init(factories: [EnvironmentFactory]) { self.factories = factories }

    /// The built-in environments and every factory that Optimist brings along.
    public static let standard = EnvironmentRegistry(factories: EnvironmentFactory.standard)

    /// The arguments of a built-in environment with their defaults, then those of the wrappers.
    public static func arguments(of environment: BuiltInEnvironment) -> [SettingField] {
        func own<T: ConfiguredTask>(_: T.Type) -> [SettingField] { T.Configuration.arguments }
        return own(environment.task)
    }

    /// The arguments that wrap any environment.
    public static var wrapperArguments: [SettingField] { WrapperArguments.arguments }

    /// An environment in its own units.
    ///
    /// - Throws: `EnvironmentError` for unknown names, keys and values; what a factory throws.
    public func make(
        name: String, arguments: [(key: String, value: String)] = [],
        options: EnvironmentOptions = EnvironmentOptions()
    ) throws -> any Environment {
        let recipe = try EnvironmentRecipe(name: name, arguments: arguments, factories: factories)
        return try recipe.make(options)
    }

    /// Copies of an environment in its own units, stepped together.
    ///
    /// - Parameters:
    ///   - name: the environment's name.
    ///   - arguments: its arguments and those of wrappers.
    ///   - count: copies.
    ///   - options: how they are made.
    /// - Throws: `EnvironmentError` for unknown names, keys and values; what a factory throws.
    public func makeVector(
        name: String, arguments: [(key: String, value: String)] = [], count: Int,
        options: EnvironmentOptions = EnvironmentOptions()
    ) throws -> any VectorEnvironment {
        let recipe = try EnvironmentRecipe(name: name, arguments: arguments, factories: factories)
        return try recipe.makeVector(count: count, options)
    }

    /// A built-in task, for who plans with the true model or needs its tables.
    ///
    /// - Throws: `EnvironmentError` for unknown names, keys (those of wrappers too) and values.
    public func makeTask(
        name: String, arguments: [(key: String, value: String)] = []
    ) throws -> any ConfiguredTask {
        guard let builtIn = BuiltInEnvironment(rawValue: name) else {
            throw EnvironmentRecipe.unknown(name, factories)
        }
        return try EnvironmentRecipe.task(builtIn.task, arguments, name)
    }
}
