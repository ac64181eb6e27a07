import OptimistAgents
import OptimistCore
import OptimistExperiments

/// Settings that a user gave, refused by the names that the user typed.
struct SettingRefusal {
    /// Whose settings they are.
    let algorithm: any Agent.Type
    /// What stands before the keys where they are typed, `run.` or nothing.
    var prefix = ""
    /// The file that they are in; nil on the command line.
    var file: String?

    /// Reads settings.
    ///
    /// - Throws: `ConfigurationError` and `UsageError.unknownSetting` of the command line,
    ///   `FileContentsError` of a file.
    func reading<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as ConfigurationError {
            let refusal = typed(error)
            guard let file else { throw refusal }
            throw FileContentsError(path: file, sentence: "\(refusal)")
        }
    }

    private func typed(_ error: ConfigurationError) -> any Error {
        let renamed = error.renamingKeys { prefix + $0 }
        guard case .unknownKey(let key, let nearest) = renamed else { return renamed }
        return UsageError.unknownSetting(
            key, algorithm: algorithm.algorithm.name,
            nearest: nearest ?? key.nearest(among: algorithm.settingKeys))
    }
}

extension Agent {
    /// The keys of the algorithm's settings and of the run's, as they are typed.
    fileprivate static var settingKeys: [String] {
        Settings.fields.map(\.key) + RunSettings.fields.map { "run." + $0.key }
    }
}
