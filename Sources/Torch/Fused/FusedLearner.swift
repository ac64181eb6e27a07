import OptimistCore

/// Fused networks that read the same rows and are trained together by one loss.
///
/// Their passes forward and backward are fused calls; the loss between is whatever a closure
/// composes of their outputs, which are few numbers. Other tensors may take part, such as a
/// deviation that no network gives. All gradients are clipped together.
public final class FusedLearner {
    /// What changes the parameters.
    public enum Method: Sendable, Hashable {
        /// Adam, fused.
        case adam(epsilon: Double = 1e-8)
        /// RMSProp.
        case rmsProp(decay: Double = 0.99, epsilon: Double = 1e-5)
    }

    /// The networks, in the order of their outputs.
    public let networks: [FusedNetwork]
    /// Parameters of no network that the loss depends on.
    public let others: [NamedTensor]
    /// Gradients of a greater global norm are scaled down to it; nil for none.
    public var clippingNorm: Double?

    private let trainers: [FusedTrainer]
    private let plain: any Optimizer
    private let updatesNetworks: Bool

    /// A learner.
    ///
    /// - Parameters:
    ///   - networks: those that are trained, each an ordinary network or an ensemble.
    ///   - others: parameters of no network.
    ///   - learningRate: the size of a step.
    ///   - method: what changes the parameters.
    ///   - clippingNorm: gradients of a greater global norm are scaled down to it; nil for none.
    public init(
        _ networks: [FusedNetwork], others: [NamedTensor] = [], learningRate: Double,
        method: Method = .adam(), clippingNorm: Double? = nil
    ) {
        self.networks = networks
        self.others = others
        self.clippingNorm = clippingNorm
        switch method {
        case .adam(let epsilon):
            trainers = networks.map {
                FusedTrainer($0, learningRate: learningRate, epsilon: epsilon)
            }
            plain = Adam(others, learningRate: learningRate, epsilon: epsilon)
            updatesNetworks = false
        case .rmsProp(let decay, let epsilon):
            trainers = networks.map { FusedTrainer($0) }
            plain = RMSProp(
                Self.storages(of: networks) + others, learningRate: learningRate, decay: decay,
                epsilon: epsilon)
            updatesNetworks = true
        }
    }

    /// A learner with an optimizer of the caller's own.
    ///
    /// - Parameters:
    ///   - networks: those that are trained.
    ///   - others: parameters of no network.
    ///   - clippingNorm: gradients of a greater global norm are scaled down to it; nil for none.
    ///   - optimizer: makes it, of all parameters: each network's in one piece, then the others.
    public init(
        _ networks: [FusedNetwork], others: [NamedTensor] = [], clippingNorm: Double? = nil,
        optimizer: ([NamedTensor]) -> any Optimizer
    ) {
        self.networks = networks
        self.others = others
        self.clippingNorm = clippingNorm
        trainers = networks.map { FusedTrainer($0) }
        plain = optimizer(Self.storages(of: networks) + others)
        updatesNetworks = true
    }

    private static func storages(of networks: [FusedNetwork]) -> [NamedTensor] {
        networks.enumerated().map { NamedTensor("network\($0.offset)", $0.element.storage) }
    }

    /// The size of a step.
    public var learningRate: Double {
        get { plain.learningRate }
        set {
            plain.learningRate = newValue
            for trainer in trainers { trainer.learningRate = newValue }
        }
    }

    /// One step down a loss, and the global norm of its gradient before clipping.
    ///
    /// A gradient that is not finite changes nothing: the caller sees it in the norm returned.
    ///
    /// - Parameters:
    ///   - features: the rows that all networks read, `[rows, inputs]`; where they depend on
    ///     parameters themselves, such as those of a recurrent cell, those are among `others`.
    ///   - loss: a single number, of the networks' outputs, each `[rows, outputs]`, or
    ///     `[member, rows, outputs]` of an ensemble; it may depend on the features and on `others`
    ///     in other ways, too.
    @discardableResult
    public func minimize(_ features: Tensor, loss: ([Tensor]) -> Tensor) -> Double {
        let fixed = others.map(\.tensor)
        return descend(features) { outputs in
            let leaves = outputs.map { $0.requiringGradient() }
            let found = gradients(
                of: loss(leaves), withRespectTo: leaves + fixed,
                keepingGraph: features.requiresGradient, allowUnused: true)
            return (Array(found.prefix(leaves.count)), Array(found.dropFirst(leaves.count)))
        }
    }

    /// The same step where the loss's gradients are known without a graph.
    ///
    /// - Parameters:
    ///   - features: the rows that all networks read.
    ///   - slopes: gradients of the loss by the networks' outputs, and by each of `others`.
    @discardableResult
    public func descend(
        _ features: Tensor, slopes: ([Tensor]) -> (byOutputs: [Tensor], byOthers: [Tensor])
    ) -> Double {
        let rows = features.detached()
        let outputs = trainers.map { trainer in
            let traced = trainer.trace(rows)
            return trainer.network.members == 1 ? traced.squeezed(axis: 0) : traced
        }
        var (byOutputs, byOthers) = slopes(outputs)
        if byOutputs.count != networks.count || byOthers.count != others.count {
            fail(
                "FusedLearner.descend",
                "\(byOutputs.count) and \(byOthers.count) gradients for \(networks.count) networks "
                    + "and \(others.count) other parameters")
        }
        if let byFeatures = backward(byOutputs, asksFeatures: features.requiresGradient) {
            let further = gradients(
                of: features, withRespectTo: others.map(\.tensor), seed: byFeatures,
                allowUnused: true)
            byOthers = zip(byOthers, further).map { $0 + $1 }
        }
        return update(others: byOthers)
    }

    /// One step towards targets of all outputs by their squared error, and each member's error
    /// before: the fastest step there is, of one network by Adam, without clipping and without
    /// other parameters that features depend on.
    ///
    /// - Parameters:
    ///   - features: the rows, `[rows, inputs]`.
    ///   - targets: `[rows, outputs]` for all members.
    public func fit(_ features: Tensor, to targets: Tensor) -> [Double] {
        if networks.count != 1 || updatesNetworks || clippingNorm != nil
            || features.requiresGradient
        {
            fail("FusedLearner.fit", "\(networks.count) networks, or more than plain Adam")
        }
        return trainers[0].step(inputs: features, targets: targets).losses
    }

    /// Outputs `[member, rows, outputs]` of the only network, and the gradient of what is made of
    /// them by the rows, `[member, rows, inputs]`; parameters count as constants.
    ///
    /// - Parameters:
    ///   - features: the rows, `[rows, inputs]`.
    ///   - slopes: the gradient by the outputs.
    public func inputGradient(
        _ features: Tensor, slopes: (Tensor) -> Tensor
    ) -> (outputs: Tensor, gradient: Tensor) {
        if networks.count != 1 { fail("FusedLearner.inputGradient", "\(networks.count) networks") }
        let outputs = trainers[0].trace(features)
        return (outputs, trainers[0].inputGradient(slopes(outputs)))
    }

    /// Sends gradients of outputs back; the sum of gradients by the rows where asked for.
    private func backward(_ byOutputs: [Tensor], asksFeatures: Bool) -> Tensor? {
        var sum: Tensor?
        for (trainer, gradient) in zip(trainers, byOutputs) {
            let shaped = trainer.network.members == 1 ? gradient.unsqueezed(axis: 0) : gradient
            guard let part = trainer.backward(shaped, returnsInputGradient: asksFeatures) else {
                continue
            }
            let rows = part.sum(axis: 0)
            sum = sum.map { $0 + rows } ?? rows
        }
        return sum
    }

    private func update(others found: [Tensor]) -> Double {
        let squares = trainers.map(\.gradientNorm).reduce(0) { $0 + $1 * $1 }
        let rest = globalNorm(found)
        let norm = (squares + rest * rest).squareRoot()
        guard norm.isFinite else { return norm }
        let scale = clippingNorm.map { norm > $0 ? $0 / norm : 1 } ?? 1
        if updatesNetworks {
            plain.step((trainers.map(\.gradient) + found).map { scale == 1 ? $0 : $0 * scale })
            return norm
        }
        for trainer in trainers { trainer.update(scale: scale) }
        if !found.isEmpty { plain.step(scale == 1 ? found : found.map { $0 * scale }) }
        return norm
    }

    /// Stores the optimizers' state; networks and other parameters are stored apart.
    public func save(to archive: Archive) {
        plain.save(to: archive.scope("others"))
        for (index, trainer) in trainers.enumerated() where !updatesNetworks {
            trainer.save(to: archive.scope("network\(index)"))
        }
    }

    /// Replaces the state by one that was stored.
    ///
    /// - Throws: `ArchiveError` where a part is missing or of another shape.
    public func load(from archive: Archive) throws(ArchiveError) {
        try plain.load(from: archive.scope("others"))
        for (index, trainer) in trainers.enumerated() where !updatesNetworks {
            try trainer.load(from: archive.scope("network\(index)"))
        }
    }
}
