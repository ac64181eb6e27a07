import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistExperience

/// Experts that come along: rules that solve a task, to be imitated where there are no demonstrations.
public enum ScriptedExpert: Sendable {
    /// Balances a pole by the sign, or the size, of a linear function of the state.
    case balancing(isDiscrete: Bool)
    /// Swings a pendulum up by its energy (Åström and Furuta 2000) and holds it by a linear law.
    case swingUp

    /// The expert for an environment's name and spaces; nil where there is none.
    public init?(_ world: World) {
        let observations = world.observationSpace.shape
        switch world.name {
        case "cartpole" where observations == [4], "gym:CartPole-v1" where observations == [4]:
            self = .balancing(isDiscrete: true)
        case "cartpole-continuous" where observations == [4]:
            self = .balancing(isDiscrete: false)
        case "pendulum" where observations == [3], "gym:Pendulum-v1" where observations == [3]:
            self = .swingUp
        default: return nil
        }
    }

    /// The built-in environment that it acts in.
    var environment: String {
        switch self {
        case .balancing(let isDiscrete): isDiscrete ? "cartpole" : "cartpole-continuous"
        case .swingUp: "pendulum"
        }
    }

    /// What it does where it sees an observation, in the units that agents use.
    public func action(_ observation: [Float]) -> Float {
        let seen = observation.map(Double.init)
        switch self {
        case .balancing(let isDiscrete):
            let push = 0.5 * seen[0] + seen[1] + 10 * seen[2] + 2 * seen[3]
            return isDiscrete ? (push > 0 ? 1 : 0) : Float(min(max(push, -1), 1))
        case .swingUp:
            let (cosine, sine, velocity) = (seen[0], seen[1], seen[2])
            if cosine > 0.9 { return limited(-10 * atan2(sine, cosine) - 3 * velocity) }
            // Energy as far as it lacks: with angles from upright, 15 at rest there.
            let missing = 15 - (0.5 * velocity * velocity + 15 * cosine)
            let direction = abs(velocity) < 1e-3 ? 1 : velocity
            return limited(0.3 * direction * missing)
        }
    }

    /// A torque as a share of the greatest.
    private func limited(_ torque: Double) -> Float {
        Float(min(max(torque / Pendulum.maximalTorque, -1), 1))
    }

    /// Whole episodes of it.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - steps: steps of each, unless it ends before.
    ///   - generator: seeds them.
    /// - Throws: what the environment throws.
    public func episodes(
        _ count: Int, steps: Int, using generator: inout Generator
    ) throws -> [Episode] {
        let environments = AgentUnits(
            try EnvironmentRegistry.standard.makeVector(
                name: environment, arguments: [("time-limit", "\(steps)")], count: 1))
        let layout = EpisodeLayout(
            observations: environments.observationSpace, actions: environments.actionSpace)
        let root = Generator(seed: generator.next())
        let collector = Collector(
            environments: environments,
            replay: Replay(layout: layout, generator: root.split("replay")),
            generator: root.split("seeds"))
        var episodes: [Episode] = []
        while episodes.count < count {
            let arrival = try collector.arrive()
            episodes += try collector.step(
                Action(values: [action(arrival.observations.floats())]))
        }
        return episodes
    }
}
