/// A recursion over beliefs about the state of a partially observed system.
///
/// Step t (from 0) emits the observation x_t from the state s_t. A run goes: `initialBelief`,
/// `update` with x_0, then for each further step `predict` with the action of the step before and
/// `update` with its observation. A missing observation is a step without `update`.
///
/// As inference: predict is p(s_t | x_<t) = ∫ p(s_t | s_{t−1}, a_{t−1}) p(s_{t−1} | x_<t); update is
/// Bayes' rule with the evidence p(x_t | x_<t) = ∫ p(x_t | s_t) p(s_t | x_<t). The sum of the logs of
/// the evidences is the log evidence of all observations, exact where the filter is.
public protocol BayesianFilter {
    /// What is believed about the state.
    associatedtype Belief
    /// What a step emits.
    associatedtype Observation
    /// What moves the state from a step to the next one.
    associatedtype Action

    /// The law of the first state before anything was observed.
    mutating func initialBelief() throws -> Belief

    /// The belief about step `step + 1` from that about `step`.
    ///
    /// - Parameters:
    ///   - belief: that of `step`, updated with its observation where there was one.
    ///   - action: the action at `step`; nil where the system has none.
    ///   - step: the source step, from 0: what varies in time is taken at this index.
    mutating func predict(_ belief: Belief, action: Action?, step: Int) throws -> Belief

    /// The belief after an observation, and the log of its evidence in nats.
    ///
    /// - Parameters:
    ///   - belief: the prediction for `step`.
    ///   - observation: what `step` emitted.
    ///   - action: the action at `step`, for systems whose emissions depend on it.
    ///   - step: the step, from 0.
    mutating func update(
        _ belief: Belief, observation: Observation, action: Action?, step: Int
    ) throws -> (belief: Belief, logLikelihood: Double)
}
