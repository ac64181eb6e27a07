import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension HiddenMarkovModel where Emission: FittableEmission {
    /// The model with the largest likelihood (or posterior density) that climbing finds.
    ///
    /// - Parameters:
    ///   - sequences: what to learn from; lengths may differ.
    ///   - fitting: the climber and its settings.
    ///   - generator: draws the starts after the first, which is this model.
    /// - Throws: `HiddenMarkovError`; a start under which the data are impossible is skipped.
    public func fitted(
        to sequences: [HiddenMarkovSequence<Emission.Observation>],
        _ fitting: HiddenMarkovFitting = HiddenMarkovFitting(), using generator: inout Generator
    ) throws -> HiddenMarkovFit<Emission> {
        if sequences.isEmpty { throw HiddenMarkovError.empty("sequences") }
        if sequences.contains(where: { $0.observations.isEmpty }) {
            throw HiddenMarkovError.empty("steps in a sequence")
        }
        var best: HiddenMarkovFit<Emission>?
        for start in 0..<max(fitting.starts, 1) {
            var model = self
            if start > 0 {
                var own = generator.split(start)
                model = randomized(for: sequences, fitting, using: &own)
            }
            let climb = Climb(start: model, number: start, sequences: sequences, fitting: fitting)
            do {
                let fit = try climb.run()
                if fit.logLikelihood.isFinite
                    && !(best.map { $0.objective >= fit.objective } ?? false)
                {
                    best = fit
                }
            } catch HiddenMarkovError.impossibleObservation where fitting.starts > 1 {
                continue
            }
        }
        guard let best else { throw HiddenMarkovError.noFit }
        return best
    }

    private func randomized(
        for sequences: [HiddenMarkovSequence<Emission.Observation>],
        _ fitting: HiddenMarkovFitting, using generator: inout Generator
    ) -> Self {
        var model = self
        let states = self.states.stateCount
        if !fitting.frozen.contains(.initial) {
            model.states.initial = LawEstimate.uniformDraw(count: states, using: &generator)
        }
        if !fitting.frozen.contains(.transitions) {
            model.states.transitions = (0..<self.states.tableCount * states).flatMap { _ in
                LawEstimate.uniformDraw(count: states, using: &generator)
            }
        }
        if !fitting.frozen.contains(.emissions) {
            model.emission = emission.randomized(
                for: sequences.map(\.observations), using: &generator)
        }
        return model
    }

    /// The gradient of Σ log p(x) by the unconstrained coordinates, in nats, by the Fisher
    /// identity: expected counts in place of backpropagation.
    public func gradient(
        of sequences: [HiddenMarkovSequence<Emission.Observation>],
        _ fitting: HiddenMarkovFitting = HiddenMarkovFitting()
    ) throws -> [Double] {
        let climb = Climb(start: self, number: 0, sequences: sequences, fitting: fitting)
        let layout = ParameterLayout(self, fitting, boundary: 0)
        return layout.score(at: self, try climb.counts(self), climb.observations)
    }

    /// This model at other unconstrained coordinates; see `freeParameters`.
    public func replacing(
        freeParameters: [Double], _ fitting: HiddenMarkovFitting = HiddenMarkovFitting()
    ) -> Self {
        ParameterLayout(self, fitting, boundary: 0).model(at: freeParameters)
    }

    /// The unconstrained coordinates of the parts that are not frozen: log odds of each law
    /// against its largest entry, then those of the emissions.
    public func freeParameters(
        _ fitting: HiddenMarkovFitting = HiddenMarkovFitting()
    ) -> [Double] {
        ParameterLayout(self, fitting, boundary: 0).coordinates
    }
}

extension HiddenMarkovFit {
    fileprivate var objective: Double { history.last ?? -.infinity }
}

/// One climb from one start.
struct Climb<Emission: FittableEmission> {
    let start: HiddenMarkovModel<Emission>
    let number: Int
    let sequences: [HiddenMarkovSequence<Emission.Observation>]
    let fitting: HiddenMarkovFitting

    var observations: [[Emission.Observation?]] { sequences.map(\.observations) }

    /// The E-step.
    func counts(_ model: HiddenMarkovModel<Emission>) throws -> ExpectedCounts {
        try ExpectedCounts(
            states: model.states,
            tables: sequences.map {
                (try model.emission.likelihoods(of: $0.observations), $0.actions)
            })
    }

    func run() throws -> HiddenMarkovFit<Emission> {
        switch fitting.method {
        case .expectationMaximization: try climbByExpectation()
        case .gradient: try climbByGradient()
        }
    }

    private var observationCount: Int {
        sequences.reduce(0) { $0 + $1.observations.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }
    }

    private func fit(
        _ model: HiddenMarkovModel<Emission>, _ counts: ExpectedCounts, _ history: [Double],
        _ hasConverged: Bool
    ) -> HiddenMarkovFit<Emission> {
        let falls = zip(history, history.dropFirst()).map { ($0 - $1) / max(abs($0), 1) }
        return HiddenMarkovFit(
            model: model, logLikelihood: counts.logLikelihood,
            sequenceLogLikelihoods: counts.sequenceLogLikelihoods, history: history,
            hasConverged: hasConverged, largestDecrease: max(falls.max() ?? 0, 0),
            parameterCount: ParameterLayout(model, fitting, boundary: 0).coordinates.count,
            observationCount: observationCount, start: number)
    }

    private func climbByExpectation() throws -> HiddenMarkovFit<Emission> {
        let layout = ParameterLayout(start, fitting, boundary: 0)
        var model = start
        var counts = try counts(model)
        var history = [counts.logLikelihood + layout.logPrior(model)]
        let threshold = fitting.tolerance * Double(max(observationCount, 1))
        for _ in 0..<fitting.iterationLimit {
            model = maximized(model, counts)
            counts = try self.counts(model)
            history.append(counts.logLikelihood + layout.logPrior(model))
            if abs(history[history.count - 1] - history[history.count - 2]) < threshold {
                return fit(model, counts, history, true)
            }
        }
        return fit(model, counts, history, false)
    }

    /// The M-step.
    private func maximized(
        _ model: HiddenMarkovModel<Emission>, _ counts: ExpectedCounts
    ) -> HiddenMarkovModel<Emission> {
        var next = model
        let states = model.states.stateCount
        if !fitting.frozen.contains(.initial) {
            LawEstimate.replace(
                &next.states.initial, counts: counts.initial,
                concentration: fitting.initialConcentration)
        }
        if !fitting.frozen.contains(.transitions) {
            for first in stride(from: 0, to: counts.transitions.count, by: states) {
                var row = Array(model.states.transitions[first..<first + states])
                LawEstimate.replace(
                    &row, counts: Array(counts.transitions[first..<first + states]),
                    concentration: fitting.transitionConcentration)
                next.states.transitions.replaceSubrange(first..<first + states, with: row)
            }
        }
        if !fitting.frozen.contains(.emissions) {
            next.emission = model.emission.maximized(observations, weights: counts.posteriors)
        }
        return next
    }

    private func climbByGradient() throws -> HiddenMarkovFit<Emission> {
        let layout = ParameterLayout(start, fitting, boundary: 0)
        let scale = 1 / Double(max(observationCount, 1))
        let observations = observations
        var first: Double?
        let minimizer = LBFGSMinimizer(
            iterationLimit: fitting.iterationLimit, gradientTolerance: fitting.tolerance)
        let result = try minimizer.minimize(from: layout.coordinates) { point, gradient in
            let model = layout.model(at: point)
            let counts: ExpectedCounts
            do {
                counts = try self.counts(model)
            } catch HiddenMarkovError.impossibleObservation where first != nil {
                // The line search steps back from where a probability underflowed.
                return .infinity
            }
            let score = layout.score(at: model, counts, observations)
            for index in score.indices { gradient[index] = -scale * score[index] }
            let objective = counts.logLikelihood + layout.logPrior(model)
            first = first ?? objective
            return -scale * objective
        }
        let model = layout.model(at: result.point)
        let counts = try counts(model)
        let last = counts.logLikelihood + layout.logPrior(model)
        return fit(model, counts, [first ?? last, last], result.outcome == .converged)
    }
}
