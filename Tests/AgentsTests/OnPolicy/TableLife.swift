import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistInference
import OptimistModels
import OptimistTorch

/// Networks of one layer are tables of logits: agents that live in a tabular model, whose policies can
/// be read and set.
struct TableLife {
    let task: TableTask

    init(_ model: TabularModel, horizon: Int, showsStep: Bool) {
        task = TableTask(model, horizon: horizon, showsStep: showsStep)
    }

    var world: World {
        World(
            name: "table", observationSpace: task.observationSpace,
            actionSpace: task.actionSpace)
    }

    /// Networks without hidden layers.
    static var networks: PolicySettings {
        var settings = PolicySettings()
        settings.units = []
        return settings
    }

    /// Sets a policy's logits, `[observations · actions]`.
    static func set(_ logits: [Double], _ networks: ActorCritic) {
        let (weight, bias) = (
            networks.policy.parameters[0].tensor, networks.policy.parameters[1].tensor
        )
        weight.detached().assign(Tensor(logits.map { Float($0) }, shape: weight.shape))
        bias.detached().fill(0)
    }

    /// log π of each pair at each step, `[steps][pairs]`, normalized in double precision.
    func policy(_ networks: ActorCritic, _ program: SoftDynamicProgramming) -> [[Double]] {
        let weight = networks.policy.parameters[0].tensor.detached().doubles()
        let bias = networks.policy.parameters[1].tensor.detached().doubles()
        let actions = task.model.actions
        return (0..<task.horizon).map { step in
            program.policy(
                logits: (0..<task.model.pairs.count).map { pair in
                    let (state, action) = (
                        task.model.pairs.state(of: pair), Int(task.model.pairs.actionOf[pair])
                    )
                    return weight[task.number(step, state) * actions + action] + bias[action]
                })
        }
    }

    /// Every trajectory once, as episodes that have been lived, `[steps, trajectories]`.
    func everything() -> (batch: Batch, logDynamics: [Double]) {
        let layout = EpisodeLayout(
            observations: task.observationSpace, actions: task.actionSpace)
        var (episodes, logs) = ([Episode](), [Double]())
        Enumeration.trajectories(of: task.model, horizon: task.horizon) { path in
            func seen(_ step: Int) -> Observation {
                let state = step < path.states.count ? path.states[step] : path.states.last!
                return .floats([Float(task.number(step, state))])
            }
            var episode = Episode(layout, identifier: logs.count, seed: 0, first: seen(0))
            for (step, pair) in path.pairs.enumerated() {
                episode.append(
                    action: [Float(task.model.pairs.actionOf[pair!])],
                    step: Step(
                        observation: seen(step + 1), reward: task.model.rewards[pair!],
                        ending: step == task.horizon - 1 ? .terminated : .none))
            }
            episodes.append(episode)
            logs.append(path.logDynamics)
        }
        return (Batch(episodes), logs)
    }

    /// q(trajectory) under the networks that a rollout of `everything` was made with, for each step.
    static func weights(_ rollout: Rollout, _ logDynamics: [Double]) -> Tensor {
        let logs = rollout.logDensities.to(.float64).sum(axis: 0) + Tensor(logDynamics)
        return logs.exp().unsqueezed(axis: 0).expanded(rollout.logDensities.shape)
    }

    /// Lives episodes side by side and has an agent learn from each round.
    func train<A: ActorCriticAgent>(
        _ agent: A, episodes: Int, rounds: Int, seed: UInt64,
        material: (Replay, Int) -> Material
    ) throws {
        try task.live(
            agent, steps: task.horizon, episodes: episodes, rounds: rounds, seed: seed,
            material: material)
    }
}

extension Task {
    /// Lives episodes of so many steps side by side and has an agent learn from each round of them.
    ///
    /// - Parameter material: of everything that is kept, and how much there was before the round.
    func live<A: ActorCriticAgent>(
        _ agent: A, steps: Int, episodes: Int, rounds: Int, seed: UInt64,
        material: (Replay, Int) -> Material
    ) throws {
        var generator = Generator(seed: seed)
        let environments = AgentUnits(VectorTask(self, count: episodes))
        let replay = Replay(
            layout: EpisodeLayout(observations: observationSpace, actions: actionSpace),
            generator: generator.split("replay"))
        let collector = Collector(
            environments: environments, replay: replay, generator: generator.split("seeds"))
        var carry = agent.carry(for: episodes)
        for _ in 0..<rounds {
            let start = replay.appended
            for _ in 0..<steps {
                let action = try agent.act(
                    on: try collector.arrive(), carrying: &carry, mode: .explore,
                    using: &generator)
                _ = try collector.step(action)
            }
            _ = try agent.learn(from: material(replay, start), using: &generator)
            replay.discard(before: replay.appended)
        }
    }
}

extension PolicyMinibatch {
    /// The same rows, each counting so much.
    func weighed(_ weights: Tensor) -> PolicyMinibatch {
        PolicyMinibatch(
            features: features, actions: actions, logDensities: logDensities, law: law,
            values: values, advantages: advantages, targets: targets, weights: weights)
    }
}

/// The first logit or gradient of each pair of them.
func firsts(_ values: [Double]) -> [Double] {
    stride(from: 0, to: values.count, by: 2).map { values[$0] }
}

/// The largest difference.
func largestDifference(_ one: [Double], _ two: [Double]) -> Double {
    zip(one, two).reduce(one.count == two.count ? 0 : .infinity) { max($0, abs($1.0 - $1.1)) }
}
