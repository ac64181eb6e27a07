import OptimistCore
import OptimistModels
import OptimistTorch

/// Q of two networks, and where they were a while ago; with a memory of their own where
/// observations do not tell the state.
package final class SoftCritics {
    package let networks: FusedNetwork
    package let memory: PolicyMemory?
    package let olderMemory: PolicyMemory?
    private let older: FusedNetwork
    private let learner: FusedLearner
    private let rate: Double

    /// Critics of rows of so many numbers with so many values.
    ///
    /// - Parameters:
    ///   - inputs: numbers in a row, actions included where critics read them.
    ///   - outputs: values of a row.
    ///   - memory: what makes the features; nil where observations tell the state.
    ///   - settings: of the agent.
    ///   - generator: draws the weights.
    init(
        inputs: Int, outputs: Int, memory: PolicyMemory?, settings: SACSettings,
        using generator: inout Generator
    ) {
        networks = FusedNetwork(
            members: 2, sizes: [inputs] + settings.networks.units + [outputs],
            activation: settings.networks.activation, hidden: .fanInUniform, output: .fanInUniform,
            using: &generator)
        self.memory = memory
        older = networks.copied()
        olderMemory = memory?.copied()
        learner = FusedLearner(
            [networks], others: memory?.parameters ?? [], learningRate: settings.learningRate)
        rate = settings.targetRate
    }

    /// The lesser of the older values, `[rows, outputs]`.
    package func target(_ rows: Tensor) -> Tensor { older.predict(rows).min(axis: 0) }

    /// One step towards targets `[rows, 1]`; the mean squared error before.
    func fit(_ rows: Tensor, to targets: Tensor) -> Double {
        if memory != nil { return minimize(rows) { ($0 - targets).square().mean() } }
        let losses = learner.fit(rows, to: targets)
        return losses.reduce(0, +) / Double(losses.count)
    }

    /// One step down a loss of all outputs `[member, rows, outputs]`; the loss before, or a norm
    /// that is not finite.
    func minimize(_ rows: Tensor, loss: (Tensor) -> Tensor) -> Double {
        var found: Tensor!
        let norm = learner.minimize(rows) { outputs in
            let value = loss(outputs[0])
            found = value.detached()
            return value
        }
        return norm.isFinite ? found.item() : norm
    }

    /// The gradient by the rows of the values that a policy is improved by, `[rows, inputs]`, which
    /// stays out of the critics.
    func slope(_ rows: Tensor, by choice: PolicyCritic) -> Tensor {
        learner.inputGradient(rows) { choice.slope(of: $0) }.gradient.sum(axis: 0)
    }

    /// Moves the older networks on.
    func follow() {
        older.follow(networks, weight: rate)
        if let memory, let olderMemory { olderMemory.moveParameters(toward: memory, weight: rate) }
    }

    func save(to archive: Archive) {
        networks.save(to: archive.scope("networks"))
        older.save(to: archive.scope("target"))
        memory?.save(to: archive.scope("memory"))
        olderMemory?.save(to: archive.scope("targetMemory"))
        learner.save(to: archive.scope("learner"))
    }

    func load(from archive: Archive) throws {
        try networks.load(from: archive.scope("networks"))
        try older.load(from: archive.scope("target"))
        try memory?.load(from: archive.scope("memory"))
        try olderMemory?.load(from: archive.scope("targetMemory"))
        try learner.load(from: archive.scope("learner"))
    }
}

extension PolicyCritic {
    /// `[...]` of the critics' values `[member, ...]`.
    package func value(of values: Tensor) -> Tensor {
        switch self {
        case .least: values.min(axis: 0)
        case .mean: values.mean(axis: 0)
        case .first: values.select(axis: 0, 0)
        }
    }

    /// How that depends on each of two critics' values, of the same shape.
    package func slope(of values: Tensor) -> Tensor {
        switch self {
        case .least:
            let first = (values.select(axis: 0, 0) .<= values.select(axis: 0, 1)).to(.float32)
            return .stacked([first, 1 - first])
        case .mean: return .full(like: values, 0.5)
        case .first: return .stacked([.ones(like: values[0]), .zeros(like: values[0])])
        }
    }
}
