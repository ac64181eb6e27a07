import Foundation

/// The belief filter of a partially observed model.
///
/// Its observations come after an action and may depend on it, so the filter remembers the action
/// of the last `predict`. Nothing is observed before the first action.
public struct BeliefFilter: BayesianFilter, Sendable {
    /// The model.
    public let model: PartiallyObservedModel
    private var lastAction: Int?

    /// The filter of a model.
    public init(_ model: PartiallyObservedModel) { self.model = model }

    /// The first belief of the model.
    public mutating func initialBelief() -> [Double] {
        lastAction = nil
        return model.initialBelief
    }

    /// p(s′ | b, a).
    ///
    /// - Throws: `PartiallyObservedError.observationBeforeAction` without an action.
    public mutating func predict(_ belief: [Double], action: Int?, step: Int) throws -> [Double] {
        guard let action else { throw PartiallyObservedError.observationBeforeAction }
        lastAction = action
        return model.predict(belief, action: action)
    }

    /// Bayes' rule with p(x | s′, a) of the last predicted action; `action` plays no part.
    public mutating func update(
        _ belief: [Double], observation: Int, action: Int?, step: Int
    ) throws -> (belief: [Double], logLikelihood: Double) {
        guard let last = lastAction else { throw PartiallyObservedError.observationBeforeAction }
        guard let (probability, next) = model.update(belief, last, observation) else {
            throw PartiallyObservedError.impossibleObservation(
                step: step, action: last, observation: observation)
        }
        return (next, log(probability))
    }
}
