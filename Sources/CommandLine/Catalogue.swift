import OptimistAgents
import OptimistCore
import OptimistExperiments
import OptimistInference
import OptimistPlanning

/// The algorithms, in the order in which they are listed.
enum Catalogue {
    static var algorithms: [any Agent.Type] {
        [
            REINFORCE.self, A2C.self, A3C.self, UNREAL.self, IteratedInference.self, TRPO.self,
            PPO.self, VMPO.self, AWR.self, SAC.self, MPO.self, SoftQLearning.self, C51.self,
            LatentSpacePolicy.self, OptionAgent.self, OptionCritic.self, DIAYN.self,
            VIME.self, IntrinsicControl.self, EmpowermentAgent.self, PSRL.self, GAIL.self,
            PETS.self, GenerativeAgent.self,
        ]
    }

    /// What agents are made of, and exact solvers: shown, but not trained.
    static var methods: [InferenceMethod] {
        InferenceMethod.exactMethods + InferenceMethod.planners
    }

    /// The algorithm of a name.
    ///
    /// - Throws: `UsageError.unknownAlgorithm` with the nearest name.
    static func algorithm(_ name: String) throws -> any Agent.Type {
        if let found = algorithms.first(where: { $0.algorithm.name == name }) { return found }
        let names = algorithms.map { $0.algorithm.name }
        throw UsageError.unknownAlgorithm(name, nearest: name.nearest(among: names))
    }

    /// The algorithm of a run.
    ///
    /// - Throws: `FileError`, `RunError.damaged` naming the file.
    static func algorithm(of folder: RunFolder) throws -> any Agent.Type {
        let name = try folder.readDescription().algorithm
        if let found = algorithms.first(where: { $0.algorithm.name == name }) { return found }
        throw RunError.damaged(
            path: folder.description,
            reason: "there is no algorithm '\(name)'; optimist algorithms lists them")
    }
}

extension Catalogue {
    /// The method of a name, if there is one.
    static func method(_ name: String) -> InferenceMethod? {
        methods.first { $0.name == name }
    }

    /// An algorithm to show: an agent or a method.
    ///
    /// - Throws: `UsageError.unknownAlgorithm` with the nearest name.
    static func nameShown(_ name: String) throws {
        let names = algorithms.map { $0.algorithm.name } + methods.map(\.name)
        if !names.contains(name) {
            throw UsageError.unknownAlgorithm(name, nearest: name.nearest(among: names))
        }
    }
}

extension Agent {
    /// The preset of a name, or the one for an environment where no name is given.
    static func preset(_ name: String?, environment: String) throws -> Preset? {
        guard let name else {
            return algorithm.presets.first { $0.environments.contains(environment) }
        }
        if let preset = algorithm.presets.first(where: { $0.name == name }) { return preset }
        throw UsageError.unknownPreset(
            name, algorithm: algorithm.name,
            nearest: name.nearest(among: algorithm.presets.map(\.name)))
    }
}
