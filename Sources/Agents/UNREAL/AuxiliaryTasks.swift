import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// The further tasks of `UNREAL`, whose losses are on features that the policy's memory makes.
final class AuxiliaryTasks {
    /// A part of the rows that all heads read, with what it adds to the loss.
    struct Part {
        /// The task's name.
        let name: String
        /// `[rows, features]`, with gradients that reach the memory.
        let features: Tensor
        /// The weighted loss of the outputs of all networks for these rows, policy and value first.
        let loss: ([Tensor]) -> Tensor
    }

    let settings: AuxiliarySettings
    /// Heads of the tasks that are on, in the order in which they follow policy and value.
    let heads: [FusedNetwork]
    var replay: AuxiliaryReplay
    private let control: (task: FeatureControl, head: FusedNetwork)?
    private let rewardHead: FusedNetwork?

    /// Tasks that have seen nothing; nil where all are off.
    ///
    /// - Throws: `AgentError.unsuitable` where actions are numbers and changes should be controlled.
    init?(
        _ settings: AuxiliarySettings, _ networks: ActorCritic, world: World,
        using generator: inout Generator
    ) throws {
        let isOn =
            settings.controlWeight > 0 || settings.rewardWeight > 0 || settings.valueWeight > 0
        guard isOn, let memory = networks.memory else { return nil }
        self.settings = settings
        replay = AuxiliaryReplay(capacity: settings.capacity)
        func head(_ outputs: Int) -> FusedNetwork {
            FusedNetwork(
                sizes: [memory.features, memory.hidden, outputs], activation: .tanh,
                hidden: .orthogonal(gain: 2.0.squareRoot()), output: .orthogonal(gain: 0.1),
                using: &generator)
        }
        var control: (FeatureControl, FusedNetwork)?
        if settings.controlWeight > 0 {
            guard case .discrete(let actions) = networks.kind else {
                throw AgentError.unsuitable(
                    algorithm: "unreal", world: world.name,
                    reason: "learning to change what is seen compares actions, and these are "
                        + world.actionSpace.kindInWords + "; set tasks.controlWeight to 0")
            }
            let task = FeatureControl(
                change: ObservationChange(
                    world.observationSpace, cell: settings.cell, crop: settings.crop),
                actions: actions, discount: settings.controlDiscount)
            control = (task, head(task.outputs))
        }
        self.control = control
        rewardHead = settings.rewardWeight > 0 ? head(3) : nil
        heads = [control?.1, rewardHead].compactMap { $0 }
    }

    /// What is learned from memory now.
    func parts(
        _ agent: UNREALSettings, _ networks: ActorCritic, using generator: inout Generator
    ) -> [Part] {
        guard !replay.batches.isEmpty else { return [] }
        var parts: [Part] = []
        if control != nil || settings.valueWeight > 0 {
            parts.append(again(replay.draw(using: &generator), agent, networks))
        }
        if let part = rewards(networks, using: &generator) { parts.append(part) }
        return parts
    }

    /// Steps lived through once more, the memory starting from nothing: control and values.
    private func again(
        _ lived: Batch, _ agent: UNREALSettings, _ networks: ActorCritic
    ) -> Part {
        var batch = lived
        batch.columns[ActorCritic.memoryColumn] =
            Tensor.zeros(like: batch.columns[ActorCritic.memoryColumn]!)
        let rollout = Rollout(batch, networks)
        let valid = batch.validRows
        let targets = rollout.returns(agent.returns, agent.consistency).targets.flattened()
            .indexSelect(axis: 0, valid)
        let controls = control.map { controlTargets($0.task, $0.head, rollout, networks) }
        let actions = batch.actions.flattened(from: 0, to: 1).indexSelect(axis: 0, valid)
        let features = rollout.rememberedFeatures(Tensor.arange(batch.width))
            .indexSelect(axis: 0, valid)
        return Part(name: "replay", features: features) { [settings, control] outputs in
            var total = Tensor.zeros([])
            if settings.valueWeight > 0 {
                let error = (outputs[1].squeezed(axis: 1) - targets).square().mean()
                total += error * settings.valueWeight
            }
            if let control, let controls {
                total +=
                    control.task.loss(
                        outputs[2], actions: actions,
                        targets: controls.indexSelect(axis: 0, valid))
                    * settings.controlWeight
            }
            return total
        }
    }

    /// `[time × column, part]`.
    private func controlTargets(
        _ task: FeatureControl, _ head: FusedNetwork, _ rollout: Rollout, _ networks: ActorCritic
    ) -> Tensor {
        let (time, width) = (rollout.batch.time, rollout.batch.width)
        let outputs = head.predict(rollout.features.flattened(from: 0, to: 1)).squeezed(axis: 0)
        let best = task.values(outputs).max(axis: 2)
            .reshaped([time + 1, width, task.change.count])
        return task.targets(rollout.batch, networks.encoder, best: best).flattened(from: 0, to: 1)
    }

    /// Which reward comes next, after a few observations.
    private func rewards(
        _ networks: ActorCritic, using generator: inout Generator
    ) -> Part? {
        guard let rewardHead, let memory = networks.memory else { return nil }
        let place = heads.firstIndex { $0 === rewardHead }! + 2
        guard
            let frames = replay.frames(
                settings.rewardRows, of: settings.rewardFrames, using: &generator)
        else { return nil }
        let rows = settings.rewardRows
        // The first observation is met as if an episode began there.
        let later = Tensor(
            (0..<settings.rewardFrames).map { $0 == 0 ? Float(0) : 1 },
            shape: [settings.rewardFrames, 1])
        let features = memory.unrolled(
            from: .zeros([rows, memory.hidden]),
            observations: networks.encoder(frames.observations),
            codes: networks.kind.code(frames.actions).to(.float32) * later.unsqueezed(axis: 2),
            rewards: frames.rewards * later
        ).select(axis: 0, settings.rewardFrames - 1)
        let classes = frames.classes.unsqueezed(axis: 1)
        return Part(name: "rewards", features: features) { [settings] outputs in
            let chosen = outputs[place].logSoftmax(axis: 1).gather(axis: 1, classes)
            return -chosen.mean() * settings.rewardWeight
        }
    }

    func save(to archive: Archive) {
        for (index, head) in heads.enumerated() { head.save(to: archive.scope("head\(index)")) }
        replay.save(to: archive.scope("replay"))
    }

    func load(from archive: Archive) throws {
        for (index, head) in heads.enumerated() {
            try head.load(from: archive.scope("head\(index)"))
        }
        try replay.load(from: archive.scope("replay"))
    }
}
