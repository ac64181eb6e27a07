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
    case sac
    case sacOnCartPole
    case options
    case optionsWithReverse
    case optionsRelaxed
    case optionCritic
    case optionCriticTables
    case posteriorSampling
    case intrinsicControl
    case implicitControl
    case empowerment
    case pets
    case generativeAgent
    case generativeAgentWithInformation
    case generativeAgentOnCartPole
    case generativeAgentOnIce

    private var environment: EnvironmentSource {
        switch self {
        case .options: .named("pendulum", ["time-limit": "35"])
        case .optionsWithReverse, .optionsRelaxed, .optionCritic: .named("cartpole", [:])
        case .optionCriticTables: .named("four-rooms", ["time-limit": "40"])
        case .posteriorSampling: .named("river-swim", [:])
        case .intrinsicControl, .implicitControl: .named("grid-world", ["time-limit": "6"])
        case .empowerment: .named("grid-world", ["time-limit": "30"])
        case .a2c, .sacOnCartPole: .named("cartpole", [:])
        case .a2cWithMemory: .named("pendulum-masked", ["time-limit": "35"])
        case .ppo, .sac, .pets: .named("pendulum", ["time-limit": "35"])
        case .generativeAgent, .generativeAgentWithInformation:
            .named("pendulum-masked", ["repeat": "2", "time-limit": "60"])
        case .generativeAgentOnCartPole: .named("cartpole-masked", [:])
        case .generativeAgentOnIce: .named("frozen-lake", [:])
        }
    }

    private var changes: [(String, String)] {
        switch self {
        case .pets, .generativeAgent, .posteriorSampling, .intrinsicControl, .empowerment: []
        case .options: [("standardizesObservations", "true"), ("deliberationCost", "0.1")]
        case .optionsWithReverse: [("estimator", "enumerate-option"), ("reverse", "window:2")]
        case .optionsRelaxed: [("estimator", "gumbel"), ("reverse", "forward")]
        case .optionCritic: [("deliberationCost", "0.1")]
        case .optionCriticTables: [("form", "tables"), ("reportEvery", "50")]
        case .implicitControl: [("form", "implicit")]
        case .a2c: [("temperature", "0.1")]
        case .a2cWithMemory:
            [("networks.memory", "8"), ("networks.standardizesObservations", "true")]
        case .ppo:
            [
                ("networks.standardizesObservations", "true"), ("objective", "adaptive"),
                ("divergenceLimit", "0.01"), ("annealedOver", "300"),
            ]
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
        case .sac, .sacOnCartPole: try train(SAC.self, path, step)
        case .options, .optionsWithReverse, .optionsRelaxed:
            try train(OptionAgent.self, path, step)
        case .optionCritic, .optionCriticTables: try train(OptionCritic.self, path, step)
        case .posteriorSampling: try train(PSRL.self, path, step)
        case .intrinsicControl, .implicitControl: try train(IntrinsicControl.self, path, step)
        case .empowerment: try train(EmpowermentAgent.self, path, step)
        case .pets: try train(PETS.self, path, step)
        default: try train(GenerativeAgent.self, path, step)
        }
    }

    /// Goes on to the end.
    func resume(_ path: String) throws {
        switch self {
        case .a2c, .a2cWithMemory: try Run<A2C>(resuming: path).train()
        case .ppo: try Run<PPO>(resuming: path).train()
        case .sac, .sacOnCartPole: try Run<SAC>(resuming: path).train()
        case .options, .optionsWithReverse, .optionsRelaxed:
            try Run<OptionAgent>(resuming: path).train()
        case .optionCritic, .optionCriticTables: try Run<OptionCritic>(resuming: path).train()
        case .posteriorSampling: try Run<PSRL>(resuming: path).train()
        case .intrinsicControl, .implicitControl:
            try Run<IntrinsicControl>(resuming: path).train()
        case .empowerment: try Run<EmpowermentAgent>(resuming: path).train()
        case .pets: try Run<PETS>(resuming: path).train()
        default: try Run<GenerativeAgent>(resuming: path).train()
        }
    }

    private func train<A: Agent>(_ type: A.Type, _ path: String, _ step: Int?) throws {
        let debug = try A.settings(preset: "debug")
        let run = try Run<A>(
            in: path, debug.setting(changes), environment: environment, steps: 260, seed: 3,
            run: TestRuns.runSettings, threads: 1)
        if let step { run.onStep = { if $0.steps >= step { kill(getpid(), SIGKILL) } } }
        try run.train()
    }
}
