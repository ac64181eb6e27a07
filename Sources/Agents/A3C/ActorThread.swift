import Foundation
import OptimistCore
import OptimistExperience
import OptimistTorch

/// One thread of `A3C`: an actor-critic with a copy of the parameters and one environment.
final class ActorThread {
    /// The copy of the environment that it acts in.
    let copy: Int
    /// What it carries from step to step.
    var carry: PolicyCarry
    private let actorCritic: A2C
    private let optimizer: SharedRMSProp

    /// A thread whose parameters are copies of shared ones.
    ///
    /// - Parameters:
    ///   - copy: the copy of the environment that it acts in.
    ///   - settings: of the actor-critic.
    ///   - world: where it acts.
    ///   - shared: shares the parameters.
    init(copy: Int, _ settings: A2CSettings, world: World, sharingWith shared: SharedRMSProp) throws
    {
        self.copy = copy
        // The weights drawn here are replaced by shared ones.
        var unused = Generator(seed: 0)
        var optimizer: SharedRMSProp!
        actorCritic = try A2C(
            settings, world: world,
            optimizer: {
                optimizer = SharedRMSProp($0, sharingWith: shared)
                return optimizer
            }, using: &unused)
        self.optimizer = optimizer
        carry = actorCritic.carry(for: 1)
    }

    /// One rollout and one update.
    ///
    /// - Parameters:
    ///   - commons: what is shared beside the parameters.
    ///   - generator: this thread's own.
    func update(
        _ commons: Commons, using generator: inout Generator
    ) throws -> [Record] {
        optimizer.pull()
        commons.lock.withLock { actorCritic.networks.adoptEncoder(of: commons.networks) }
        let batch = try rollOut(commons, &generator)
        let before = commons.lock.withLock { commons.steps }
        actorCritic.steps = before
        let records = try actorCritic.learn(from: .rollouts(batch), using: &generator)
        commons.lock.withLock {
            commons.steps += actorCritic.steps - before
            commons.networks.observe(batch)
        }
        return records
    }

    /// Acts for some steps, through ends of episodes.
    private func rollOut(_ commons: Commons, _ generator: inout Generator) throws -> Batch {
        let collector = commons.collector
        var stretches: [Replay.Stretch] = []
        for _ in 0..<actorCritic.settings.steps {
            let arrival = try commons.lock.withLock { try collector.arrive(copy: copy) }
            let action = try actorCritic.act(
                on: arrival, carrying: &carry, mode: .explore, using: &generator)
            try commons.lock.withLock {
                let place = collector.place(ofCopy: copy)
                if stretches.last?.episode == place.episode {
                    stretches[stretches.count - 1].count += 1
                } else {
                    stretches.append(Replay.Stretch(place.episode, from: place.step, count: 1))
                }
                try collector.step(action, copy: copy)
            }
        }
        return commons.lock.withLock { collector.replay.batch(of: stretches) }
    }
}

/// What the threads of `A3C` share beside parameters: where they act, how far they are, and what
/// observations are like. All of it under one lock, which nobody holds while networks compute.
final class Commons {
    let lock = NSLock()
    let collector: Collector
    /// Whose encoder counts.
    let networks: ActorCritic
    /// Steps learned from.
    var steps: Int

    init(_ collector: Collector, _ networks: ActorCritic, steps: Int) {
        (self.collector, self.networks, self.steps) = (collector, networks, steps)
    }
}
