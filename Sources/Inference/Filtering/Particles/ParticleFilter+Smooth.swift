import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension ParticleFilter where Model: ParticleDensityModel {
    /// Whole trajectories drawn from the smoothing law by backward simulation (Godsill, Doucet and
    /// West 2004): the last state by its weight, then each state before it by its weight times the
    /// density of the transition into its successor. O(trajectories · particles · steps).
    ///
    /// - Parameters:
    ///   - result: what `run` gave.
    ///   - count: the number of trajectories.
    ///   - actions: the actions that `run` was given.
    ///   - intervals: the intervals that `run` was given; 1 for each where it had none.
    /// - Returns: states, `[trajectory][step]`.
    /// - Throws: `FilteringError.particleDepletion` where no particle can precede a state.
    public mutating func sampleTrajectories(
        _ result: FilterResult<ParticleBelief<Model>>, count: Int,
        actions: [Model.Action]? = nil, intervals: [Double]? = nil
    ) throws -> [[Model.State]] {
        guard let last = result.beliefs.last else { return Array(repeating: [], count: count) }
        let ends = resampling.indices(weights: last.weights, count: count, &generator)
        var trajectories = ends.map { [last.particles[$0]] }
        for step in (0..<result.beliefs.count - 1).reversed() {
            let context = StepContext(
                step: step, action: actions?[step], interval: intervals?[step] ?? 1)
            let belief = result.beliefs[step]
            var weights = belief.logWeights
            for index in trajectories.indices {
                let next = trajectories[index][trajectories[index].count - 1]
                for (particle, logWeight) in belief.logWeights.enumerated() {
                    weights[particle] =
                        logWeight
                        + model.logTransition(
                            next, from: belief.particles[particle], at: context)
                }
                if normalizeLogWeights(&weights) == -.infinity {
                    throw FilteringError.particleDepletion(
                        step: step, particles: weights.count)
                }
                trajectories[index].append(belief.particles[generator.categorical(weights)])
            }
        }
        return trajectories.map { $0.reversed() }
    }
}

/// The gradient of the log evidence by Fisher's identity, E[∇ log p(states, observations)] under
/// the smoothing law, as the mean over trajectories drawn from it.
///
/// - Parameters:
///   - trajectories: draws from the smoothing law, as `sampleTrajectories` gives them.
///   - gradient: the gradient of the log joint density of one trajectory and the observations.
/// - Returns: an estimate an element; its standard error counts trajectories as independent, not
///   the error of the particles that they share.
public func score<State>(
    _ trajectories: [[State]], gradient: ([State]) throws -> [Double]
) rethrows -> [Estimate] {
    let gradients = try trajectories.map(gradient)
    guard let size = gradients.first?.count else { fail("score", "there are no trajectories") }
    return (0..<size).map { element in Estimate(of: gradients.map { $0[element] }) }
}
