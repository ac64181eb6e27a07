import OptimistCore

/// An environment's name and arguments, read and checked: what to make and how to wrap it.
struct EnvironmentRecipe {
    private enum Source {
        case task(any ConfiguredTask)
        case factory(EnvironmentFactory)
    }

    private let name: String
    private let source: Source
    private let ownArguments: [(key: String, value: String)]
    private let wrappers: WrapperArguments
    /// Wrapper keys that were given, spelled with hyphens.
    private let wrapperKeys: [String]

    init(
        name: String, arguments: [(key: String, value: String)], factories: [EnvironmentFactory]
    ) throws {
        self.name = name
        let sorted = try EnvironmentRecipe.sort(arguments, of: name)
        ownArguments = sorted.own
        wrapperKeys = sorted.wrapping.map { ArgumentKey.hyphenated($0.key) }
        wrappers = try WrapperArguments.reading(sorted.wrapping, of: name)
        if let builtIn = BuiltInEnvironment(rawValue: name) {
            source = .task(try EnvironmentRecipe.task(builtIn.task, sorted.own, name))
        } else if let factory = factories.first(where: { name.hasPrefix($0.prefix) }) {
            source = .factory(factory)
        } else {
            throw EnvironmentRecipe.unknown(name, factories)
        }
    }

    /// Arguments of the wrappers and the environment's own, in order.
    private static func sort(
        _ arguments: [(key: String, value: String)], of name: String
    ) throws -> (own: [(key: String, value: String)], wrapping: [(key: String, value: String)]) {
        let wrapperKeys = WrapperArguments.arguments.map(\.key)
        var own: [(key: String, value: String)] = []
        var wrapping: [(key: String, value: String)] = []
        var seen: [String] = []
        for (key, value) in arguments {
            let isForced = key.hasPrefix("env.")
            let bare = isForced ? String(key.dropFirst(4)) : key
            let isWrapping = !isForced && wrapperKeys.contains(ArgumentKey.hyphenated(bare))
            let mark = (isWrapping ? "" : "env.") + ArgumentKey.hyphenated(bare)
            if seen.contains(mark) {
                throw EnvironmentError.repeatedArgument(environment: name, key: key)
            }
            seen.append(mark)
            if isWrapping { wrapping.append((bare, value)) } else { own.append((bare, value)) }
        }
        return (own, wrapping)
    }

    static func unknown(_ name: String, _ factories: [EnvironmentFactory]) -> EnvironmentError {
        let names = BuiltInEnvironment.allCases.map(\.rawValue) + factories.map(\.prefix)
        return .unknownEnvironment(name, nearest: name.nearest(among: names))
    }

    static func task<T: ConfiguredTask>(
        _ type: T.Type, _ arguments: [(key: String, value: String)], _ name: String
    ) throws -> any ConfiguredTask {
        T(try T.Configuration.reading(arguments, of: name))
    }

    private func limit(of task: some Task) -> Int? {
        wrapperKeys.contains("time-limit") ? wrappers.timeLimit : task.timeLimit
    }

    /// One environment with its wrappers.
    func make(_ options: EnvironmentOptions) throws -> any Environment {
        switch source {
        case .task(let task): try wrappers.wrap(environment(task))
        case .factory(let factory):
            try wrappers.wrap(limited(SingleCopy(factory.make(request(1, options)))))
        }
    }

    private func environment(_ task: some Task) -> any Environment {
        TaskEnvironment(task, timeLimit: limit(of: task))
    }

    private func limited(_ environment: SingleCopy) -> any Environment {
        wrappers.timeLimit.map { TimeLimited(environment, limit: $0) } ?? environment
    }

    private func request(_ count: Int, _ options: EnvironmentOptions) -> EnvironmentRequest {
        EnvironmentRequest(name: name, arguments: ownArguments, count: count, options: options)
    }

    /// Copies with their wrappers; side by side in memory where nothing but the time limit is asked.
    func makeVector(
        count: Int, _ options: EnvironmentOptions
    ) throws -> any VectorEnvironment {
        let isPlain = wrapperKeys.allSatisfy { $0 == "time-limit" }
        switch source {
        case .task(let task) where isPlain: return vector(task, count, options.threads)
        case .factory(let factory) where wrapperKeys.isEmpty:
            return try factory.make(request(count, options))
        case .task, .factory:
            return try SequentialEnvironments((0..<count).map { _ in try make(options) })
        }
    }

    private func vector(
        _ task: some Task, _ count: Int, _ threads: Int
    ) -> any VectorEnvironment {
        VectorTask(task, count: count, threads: threads, timeLimit: limit(of: task))
    }
}
