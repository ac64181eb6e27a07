import OptimistCore
import OptimistLinearAlgebra

/// A controller that filters and acts on its belief's mean, one call a step.
public struct LinearQuadraticGaussianController: Sendable {
    /// The filter of the state.
    public let filter: KalmanFilter
    /// The policy of each action.
    public let policies: [LinearGaussianPolicy]
    /// The number of actions already taken.
    public private(set) var step = 0
    /// What is believed of the present state, before this step's observation.
    public private(set) var prediction: GaussianMoments

    init(
        filter: KalmanFilter, prediction: GaussianMoments, policies: [LinearGaussianPolicy]
    ) {
        self.filter = filter
        self.prediction = prediction
        self.policies = policies
    }

    /// The action after an observation, drawn from the policy where it is random.
    ///
    /// - Parameters:
    ///   - observation: `[observation]`; nil where it is missing, elements NaN where they are.
    ///   - generator: where a random policy's draw comes from.
    /// - Returns: the action, and the belief it was based on.
    /// - Throws: `LinearGaussianError`.
    public mutating func act(
        on observation: [Double]?, _ generator: inout Generator
    ) throws -> (action: [Double], belief: GaussianMoments) {
        if step == policies.count {
            fail("LinearQuadraticGaussianController.act", "all \(step) actions were taken")
        }
        var belief = prediction
        if let observation {
            belief = try filter.update(
                prediction, observation: observation, action: nil, step: step
            ).belief
        }
        let law = policies[step].law(belief.mean)
        let isRandom = law.covariance.largestMagnitude > 0
        let action = isRandom ? try law.sample(&generator) : law.mean
        prediction = try filter.predict(belief, action: action, step: step)
        step += 1
        return (action, belief)
    }
}
