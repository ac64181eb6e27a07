import OptimistCore
import OptimistProbability
import OptimistTorch

/// What a planner plans in the light-dark domain, with and without counting information.
///
/// A plan that cannot react to what it will see gains nothing from light by reward alone and heads
/// straight for the goal. With the belief's mutual information it goes to the light first.
public struct LightDarkPlanning: Sendable {
    /// The domain.
    public var domain = LightDarkPoint()
    /// Particles of the belief.
    public var particles = 32
    /// Weight of the belief's mutual information.
    public var informationWeight: Double
    /// How plans are searched for.
    public var planner: any PosteriorPlanner<Normal> & Sendable

    /// A demonstration with a weight of information: a wide habit, 0.3 nats per unit of cost, and
    /// ascent by the gradient, because sixty numbers are too many for draws.
    public init(informationWeight: Double) {
        self.informationWeight = informationWeight
        domain.habitDeviation = 4
        domain.rewardScale = 0.3
        var ascent = VariationalGradient()
        ascent.samples = 4
        ascent.iterations = 80
        planner = ascent
    }

    /// A plan with what it leads to.
    public struct Path {
        /// The mean position of the belief after each step, x₁ and x₂; the start comes first.
        public var positions: [(Double, Double)]
        /// What was planned.
        public var posterior: ActionPosterior<Normal>

        /// The greatest x₁.
        public var furthest: Double { positions.map { $0.0 }.max()! }
    }

    /// The mean of the planned actions, followed by every particle of the belief.
    ///
    /// - Throws: `PlanningError.noFiniteScore`.
    public func plan(using generator: inout Generator) throws -> Path {
        let belief = BeliefImagination(domain, particles: particles)
        let objective = PlanningObjective(
            horizon: domain.steps, informationWeight: informationWeight)
        let start = domain.start(states: 1, particles: particles, using: &generator)
        let posterior = try planner.infer(
            in: belief, from: start, toward: objective, using: &generator)
        var path = Path(positions: [position(start)], posterior: posterior)
        var states = start
        for step in 0..<domain.steps {
            let action = posterior.sequence!.mean.select(axis: 1, step)
            states = try belief.imagine(
                states, doing: action, measuringInformation: false, using: &generator
            ).states
            path.positions.append(position(states))
        }
        return path
    }

    private func position(_ belief: Tensor) -> (Double, Double) {
        let mean = belief.mean(axis: 1).doubles()
        return (mean[0], mean[1])
    }
}
