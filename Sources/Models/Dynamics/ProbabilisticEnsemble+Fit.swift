import OptimistCore
import OptimistExperience
import OptimistTorch

/// What a fit came to.
public struct EnsembleFit: Sendable, Equatable {
    /// Passes over the data.
    public var epochs: Int
    /// Updates made.
    public var updates: Int
    /// The mean loss of the last pass: twice the negative log-likelihood per target up to a
    /// constant in nats, or the squared error.
    public var loss: Double
    /// Each member's mean squared error on the rows held out; nil where none are.
    public var holdoutErrors: [Double]?
}

extension ProbabilisticEnsemble {
    /// Fits every member to the rows, from where it stands.
    ///
    /// - Parameters:
    ///   - rows: raw inputs `[rows, inputs]`.
    ///   - goals: `[rows, targets]`; truth values as 0 and 1 in the last `logits` columns.
    ///   - generator: draws bootstraps, held-out rows and orders.
    /// - Throws: `ModelError.notFinite` where a loss or gradient is not finite.
    @discardableResult
    public func fit(
        _ rows: Tensor, _ goals: Tensor, using generator: inout Generator
    ) throws -> EnsembleFit {
        try fit(rows, goals, composing: logits > 0, using: &generator)
    }

    /// The same with the choice of how losses are computed: in one call, or of tensor operations.
    @discardableResult
    package func fit(
        _ rows: Tensor, _ goals: Tensor, composing: Bool, using generator: inout Generator
    ) throws -> EnsembleFit {
        let count = rows.shape[0]
        if rows.shape != [count, inputs] || goals.shape != [count, targets] || count == 0 {
            fail(
                "ProbabilisticEnsemble.fit",
                "rows \(rows.shape) and goals \(goals.shape) for \(inputs) → \(targets)")
        }
        let held = min(Int(Double(count) * settings.holdout), 5_000)
        let order = Tensor.permutation(count, using: &generator)
        let training = order.slice(axis: 0, held..<count)
        normalizer.fit(rows.indexSelect(axis: 0, training))
        let fit = Fit(
            self, inputs: normalizer.normalize(rows), goals: goals, training: training,
            held: held > 0 ? order.slice(axis: 0, 0..<held) : nil, composing: composing)
        let result = try fit.run(using: &generator)
        fits += 1
        return result
    }

    /// One fit: the data as members see it, and the best that each has been.
    private final class Fit {
        let ensemble: ProbabilisticEnsemble
        let inputs: Tensor
        let goals: Tensor
        let training: Tensor
        let held: Tensor?
        let composing: Bool
        private var best: [(error: Double, parameters: [Tensor])] = []

        init(
            _ ensemble: ProbabilisticEnsemble, inputs: Tensor, goals: Tensor, training: Tensor,
            held: Tensor?, composing: Bool
        ) {
            self.ensemble = ensemble
            self.composing = composing
            self.inputs = inputs
            self.goals = goals
            self.training = training
            self.held = held
        }

        private var settings: DynamicsSettings { ensemble.settings }

        func run(using generator: inout Generator) throws -> EnsembleFit {
            let views = memberRows(using: &generator)
            var result = EnsembleFit(epochs: 0, updates: 0, loss: 0, holdoutErrors: nil)
            rememberBest(holdoutErrors())
            var stale = 0
            while result.epochs < settings.epochs, stale <= settings.patience {
                ensemble.trainer.learningRate = stepSize(pass: result.epochs)
                try pass(views, &result, using: &generator)
                if held != nil { stale = rememberBest(holdoutErrors()) ? 0 : stale + 1 }
            }
            restoreBest(&result)
            return result
        }

        /// The step size of a pass, from the first, 0, to the last that a fit may take.
        private func stepSize(pass: Int) -> Double {
            let progress = Double(pass) / Double(max(1, settings.epochs - 1))
            return settings.learningRate * (1 + progress * (settings.learningRateDecay - 1))
        }

        /// The rows of each member, `[member, rows]`: drawn with replacement, or all.
        private func memberRows(using generator: inout Generator) -> Tensor {
            let shape = [settings.members, training.shape[0]]
            switch settings.bootstrap {
            case .none: return training.expanded(shape)
            case .redrawn:
                let draws = Tensor.randomIntegers(
                    shape, in: 0..<training.shape[0], using: &generator)
                return training.indexSelect(axis: 0, draws.flattened()).reshaped(shape)
            }
        }

        /// One pass over the data, shuffled for each member by itself.
        private func pass(
            _ views: Tensor, _ result: inout EnsembleFit, using generator: inout Generator
        ) throws {
            let count = views.shape[1]
            let shuffled = Tensor.stacked(
                (0..<settings.members).map { member in
                    views.select(axis: 0, member)
                        .indexSelect(axis: 0, .permutation(count, using: &generator))
                })
            var total = 0.0
            for start in stride(from: 0, to: count, by: settings.batchSize) {
                let end = min(start + settings.batchSize, count)
                let loss = try ensemble.update(on: shuffled.slice(axis: 1, start..<end), of: self)
                total += loss * Double(end - start)
                result.updates += 1
            }
            result.epochs += 1
            result.loss = total / Double(count)
        }

        /// The mean squared error of each member on the rows held out.
        private func holdoutErrors() -> [Double] {
            guard let held else { return [] }
            let outputs = ensemble.network.predict(inputs.indexSelect(axis: 0, held))
            let means = outputs.slice(axis: 2, 0..<ensemble.targets)
            let truth = goals.indexSelect(axis: 0, held)
            return (ensemble.predictionOfTruth(means) - truth).square().mean(axes: [1, 2]).doubles()
        }

        /// Keeps the parameters of each member that improved by more than a hundredth; says
        /// whether any did.
        @discardableResult
        private func rememberBest(_ errors: [Double]) -> Bool {
            if best.isEmpty {
                best = errors.enumerated().map { ($1, snapshot($0)) }
                return true
            }
            var improved = false
            for (member, error) in errors.enumerated()
            where (best[member].error - error) / best[member].error > 0.01 {
                best[member] = (error, snapshot(member))
                improved = true
            }
            return improved
        }

        private func snapshot(_ member: Int) -> [Tensor] {
            ensemble.network.parameters.map {
                $0.tensor.detached().select(axis: 0, member).copy()
            }
        }

        /// Puts each member back where it was best, and chooses the elites.
        private func restoreBest(_ result: inout EnsembleFit) {
            guard held != nil else { return }
            for (member, kept) in best.enumerated() {
                for (parameter, value) in zip(ensemble.network.parameters, kept.parameters) {
                    parameter.tensor.detached().select(axis: 0, member).assign(value)
                }
            }
            result.holdoutErrors = best.map(\.error)
            let ranked = best.indices.sorted { (best[$0].error, $0) < (best[$1].error, $1) }
            ensemble.elites = Array(ranked.prefix(settings.elites ?? settings.members))
        }
    }

    /// One update on rows `[member, batch]` of the data; returns the mean loss of a member.
    private func update(on rows: Tensor, of fit: Fit) throws -> Double {
        let shape = rows.shape
        let flat = rows.flattened()
        let x = fit.inputs.indexSelect(axis: 0, flat).reshaped(shape + [inputs])
        let y = fit.goals.indexSelect(axis: 0, flat).reshaped(shape + [targets])
        let loss = fit.composing ? composedUpdate(x, y) : fusedUpdate(x, y)
        guard loss.isFinite else {
            throw ModelError.notFinite(term: "dynamics loss", update: trainer.steps)
        }
        return loss / Double(settings.members)
    }

    /// Loss, gradients and update in one call; the sum of the members' losses.
    private func fusedUpdate(_ x: Tensor, _ y: Tensor) -> Double {
        guard let bounds else {
            let step = trainer.step(inputs: x, targets: y)
            return step.isFinite ? step.losses.reduce(0, +) : .nan
        }
        let step = trainer.step(inputs: x, targets: y, loss: .gaussian(bounds))
        moveBounds(step.minimumGradient, step.maximumGradient)
        return step.isFinite ? step.losses.reduce(0, +) : .nan
    }

    /// The same where some targets are truth values: the outputs' gradient comes from autograd.
    private func composedUpdate(_ x: Tensor, _ y: Tensor) -> Double {
        let outputs = trainer.trace(x).requiringGradient()
        let limits = [minimum.requiringGradient(), maximum.requiringGradient()]
        let loss = loss(outputs, y, minimum: limits[0], maximum: limits[1])
        let found = gradients(
            of: loss, withRespectTo: [outputs] + limits, allowUnused: true)
        trainer.backward(found[0])
        let norm = trainer.update()
        if settings.probabilistic { moveBounds(found[1].doubles(), found[2].doubles()) }
        return norm.isFinite ? loss.item() : .nan
    }

    /// The sum over members of the mean over rows and targets of (μ − y)² e^−lv + lv, and of the
    /// cross-entropy (twice, to be on the same scale) for truth values.
    package func loss(
        _ outputs: Tensor, _ y: Tensor, minimum: Tensor, maximum: Tensor
    ) -> Tensor {
        let numbers = targets - logits
        let means = outputs.slice(axis: 2, 0..<targets)
        let logit = means.slice(axis: 2, numbers..<targets)
        let truth = y.slice(axis: 2, numbers..<targets)
        // −log p(y) = softplus(logit) − y · logit.
        var loss = ((logit.softplus() - truth * logit) * 2).sum()
        let error = (means.slice(axis: 2, 0..<numbers) - y.slice(axis: 2, 0..<numbers)).square()
        if settings.probabilistic {
            let high = maximum.slice(axis: 0, 0..<numbers)
            let low = minimum.slice(axis: 0, 0..<numbers)
            let raw = outputs.slice(axis: 2, targets..<targets + numbers)
            let above = high - (high - raw).softplus()
            let logVariance = low + (above - low).softplus()
            loss = loss + (error * (-logVariance).exp() + logVariance).sum()
        } else {
            loss = loss + error.sum()
        }
        return loss * (1 / Double(y.shape[1] * targets))
    }

    /// Means with logits turned into probabilities.
    func predictionOfTruth(_ means: Tensor) -> Tensor {
        guard logits > 0 else { return means }
        let numbers = targets - logits
        return Tensor.concatenated(
            [
                means.slice(axis: 2, 0..<numbers),
                means.slice(axis: 2, numbers..<targets).sigmoid(),
            ], axis: 2)
    }

    /// An Adam step of the bounds on their gradients and on weight · (Σ max − Σ min).
    ///
    /// Truth values have no variance: nothing would push their bounds back, so nothing moves them.
    private func moveBounds(_ byMinimum: [Double], _ byMaximum: [Double]) {
        let numbers = targets - logits
        func step(_ gradient: [Double], _ weight: Double) -> Tensor {
            Tensor(gradient.enumerated().map { $0 < numbers ? Float($1 + weight) : 0 })
        }
        boundTrainer.step([
            step(byMinimum, -settings.boundWeight), step(byMaximum, settings.boundWeight),
        ])
        // An upper bound that nothing pushes back would fall for ever; below the lower one it has
        // no effect, until its exponential leaves what floats can hold.
        maximum.assign(maximum.maximum(minimum))
    }
}

/// Why a model could not be fitted.
public enum ModelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A loss or gradient is not finite.
    case notFinite(term: String, update: Int)

    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .notFinite(let term, let update): "the \(term) is not finite at update \(update)"
        }
    }
}
