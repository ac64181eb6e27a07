import Foundation
import OptimistAgents
import OptimistCore
import OptimistExperiments
import Testing

/// An algorithm on a small world, as the tests of all algorithms run it: its preset `debug`, two
/// copies, with episodes, evaluations and checkpoints that interleave.
enum AgentCase: String, CaseIterable {
    case a2c
    case a2cWithMemory
    case ppo
    case reinforce
    case trpo
    case trpoWithMemory
    case iterated
    case iteratedOnPolicy
    case vmpo
    case awr
    case a3c
    case a3cOneThread
    case unreal
    case vime
    case gail
    case gailPendulum
    case sac
    case sacOnCartPole
    case pets
    case generativeAgent
    case generativeAgentWithInformation
    case generativeAgentOnCartPole
    case generativeAgentOnIce

    private var environment: EnvironmentSource {
        switch self {
        case .a2c, .sacOnCartPole, .reinforce, .iteratedOnPolicy, .a3c: .named("cartpole", [:])
        case .gail: .named("cartpole", ["terminates": "false", "time-limit": "35"])
        case .gailPendulum: .named("pendulum", ["time-limit": "35"])
        case .vime: .named("mountain-car", ["sparse": "true", "time-limit": "35"])
        case .unreal: .named("cartpole-masked", [:])
        case .a2cWithMemory, .trpoWithMemory, .a3cOneThread:
            .named("pendulum-masked", ["time-limit": "35"])
        case .ppo, .trpo, .iterated, .vmpo, .awr, .sac, .pets:
            .named("pendulum", ["time-limit": "35"])
        case .generativeAgent, .generativeAgentWithInformation:
            .named("pendulum-masked", ["repeat": "2", "time-limit": "60"])
        case .generativeAgentOnCartPole: .named("cartpole-masked", [:])
        case .generativeAgentOnIce: .named("frozen-lake", [:])
        }
    }

    private var changes: [(String, String)] {
        switch self {
        case .pets, .generativeAgent: []
        case .a2c: [("consistency.temperature", "0.1")]
        case .a2cWithMemory:
            [("networks.memory", "8"), ("networks.standardizesObservations", "true")]
        case .ppo:
            [
                ("networks.standardizesObservations", "true"), ("objective", "adaptive"),
                ("divergenceLimit", "0.01"), ("descent.annealedOver", "300"),
            ]
        case .reinforce: [("consistency.temperature", "0.1"), ("descent.annealedOver", "300")]
        case .a3c: [("descent.annealedOver", "300")]
        case .a3cOneThread:
            [
                ("synchronous", "false"), ("networks.memory", "8"),
                ("networks.standardizesObservations", "true"), ("descent.annealedOver", "300"),
            ]
        case .unreal, .vime: []
        case .gail: [("reward", "positive")]
        case .gailPendulum: [("expert.subsampling", "3")]
        case .trpo: [("region.fisherStride", "2")]
        case .trpoWithMemory: [("networks.memory", "8")]
        case .iterated: [("rewardScaleGrowth", "1.1")]
        case .iteratedOnPolicy: [("inner", "onPolicy"), ("innerSteps", "3")]
        case .vmpo, .awr: [("networks.standardizesObservations", "true")]
        case .sac: []
        case .sacOnCartPole: [("temperature", "0.1")]
        case .generativeAgentWithInformation:
            [
                ("planner.informationWeight", "1"), ("informationSamples", "4"),
                ("marginalWeight", "0.5"), ("marginalStart", "5"), ("marginalRise", "10"),
                ("marginal", "mixture:4"), ("learning.habitLimit", "1e-3"),
                ("planner.sufficientShare", "0.5"),
            ]
        case .generativeAgentOnCartPole:
            [("planner.kind", "enumeration"), ("planner.maximumRollouts", "16")]
        case .generativeAgentOnIce:
            [
                ("planner.kind", "enumeration"), ("planner.maximumRollouts", "16"),
                ("model.latentKind", "categorical"), ("model.latent", "4"),
                ("model.binaryRewards", "true"), ("marginal", "exact"),
                ("marginalWeight", "0.5"), ("marginalStart", "5"), ("marginalRise", "10"),
                ("planner.informationWeight", "1"), ("informationSamples", "4"),
                ("informationEstimator", "midpoint"),
            ]
        }
    }

    /// Trains a new run, killed at a step if one is given.
    func train(_ path: String, killedAt step: Int? = nil) throws {
        switch self {
        case .a2c, .a2cWithMemory: try train(A2C.self, path, step)
        case .ppo: try train(PPO.self, path, step)
        case .reinforce: try train(REINFORCE.self, path, step)
        case .trpo, .trpoWithMemory: try train(TRPO.self, path, step)
        case .iterated, .iteratedOnPolicy: try train(IteratedInference.self, path, step)
        case .vmpo: try train(VMPO.self, path, step)
        case .awr: try train(AWR.self, path, step)
        case .a3c, .a3cOneThread: try train(A3C.self, path, step)
        case .unreal: try train(UNREAL.self, path, step)
        case .vime: try train(VIME.self, path, step)
        case .gail, .gailPendulum: try train(GAIL.self, path, step)
        case .sac, .sacOnCartPole: try train(SAC.self, path, step)
        case .pets: try train(PETS.self, path, step)
        default: try train(GenerativeAgent.self, path, step)
        }
    }

    /// Goes on to the end.
    func resume(_ path: String) throws {
        switch self {
        case .a2c, .a2cWithMemory: try Run<A2C>(resuming: path).train()
        case .ppo: try Run<PPO>(resuming: path).train()
        case .reinforce: try Run<REINFORCE>(resuming: path).train()
        case .trpo, .trpoWithMemory: try Run<TRPO>(resuming: path).train()
        case .iterated, .iteratedOnPolicy: try Run<IteratedInference>(resuming: path).train()
        case .vmpo: try Run<VMPO>(resuming: path).train()
        case .awr: try Run<AWR>(resuming: path).train()
        case .a3c, .a3cOneThread: try Run<A3C>(resuming: path).train()
        case .unreal: try Run<UNREAL>(resuming: path).train()
        case .vime: try Run<VIME>(resuming: path).train()
        case .gail, .gailPendulum: try Run<GAIL>(resuming: path).train()
        case .sac, .sacOnCartPole: try Run<SAC>(resuming: path).train()
        case .pets: try Run<PETS>(resuming: path).train()
        default: try Run<GenerativeAgent>(resuming: path).train()
        }
    }

    /// Threads on their own repeat bit for bit only where there is one.
    private var run: RunSettings {
        get throws {
            var run = try TestRuns.runSettings
            if case .a3cOneThread = self { run.environments = 1 }
            return run
        }
    }

    private func train<A: Agent>(_ type: A.Type, _ path: String, _ step: Int?) throws {
        let debug = try A.settings(preset: "debug")
        let run = try Run<A>(
            in: path, debug.setting(changes), environment: environment, steps: 260, seed: 3,
            run: run, threads: 1)
        if let step { run.onStep = { if $0.steps >= step { kill(getpid(), SIGKILL) } } }
        try run.train()
    }
}
