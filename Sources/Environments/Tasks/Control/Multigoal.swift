import Foundation
import OptimistCore

/// A point with several equally good goals in a square: what a policy of one peak cannot serve
/// (Haarnoja et al. 2017, arXiv 1702.08165, section 5.1).
///
/// s′ = s + a for an action in [−1, 1]², in the square ±7, from N(0, 0.1² I). A step costs
/// action-cost · |a|² and the squared distance to the nearest goal after it; within distance 1 of a
/// goal the bonus is paid and the episode ends.
public struct Multigoal: ConfiguredTask {
    /// The task's arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// What is paid for being away from the goals.
        @Setting("What is paid for being away from the nearest goal.") public var reward =
            PointMass.Shaping.squared
        /// The goals, x and y one after the other.
        @Setting("The goals: x, y, x, y...") public var goals = [5.0, 0, -5, 0, 0, 5, 0, -5]
        /// The price of a squared action.
        @Setting("The price of a squared action.", 0.0...) public var actionCost = 30.0
        /// The distance within which a goal counts as reached.
        @Setting("The distance within which a goal is reached; 0 for never.", 0.0...)
        public var radius = 1.0
        /// What reaching a goal brings.
        @Setting("What reaching a goal brings.") public var bonus = 10.0
        /// The default arguments.
        public init() {}

        /// Refuses goals that are not points.
        public func validate() throws { try inner.validate() }

        /// The same task as a point mass.
        fileprivate var inner: PointMass.Configuration {
            var inner = PointMass.Configuration()
            (inner.control, inner.bound, inner.gain) = (.velocity, 7, 1)
            (inner.reward, inner.goals, inner.actionCost) = (reward, goals, actionCost)
            (inner.radius, inner.bonus) = (radius, bonus)
            return inner
        }
    }

    /// The task's name.
    public let name = "multigoal"
    /// (x, y).
    public let observationSpace: Space
    /// Two moves.
    public let actionSpace: Space
    /// 30 steps.
    public let timeLimit: Int? = 30
    private let point: PointMass

    /// The task with these arguments, which must be valid.
    public init(_ configuration: Configuration) {
        point = PointMass(configuration.inner)
        observationSpace = point.observationSpace
        actionSpace = point.actionSpace
    }

    /// Near the middle.
    public func start(using generator: inout Generator) -> PointMass.State {
        point.start(using: &generator)
    }

    /// Moves the point once.
    public func advance(
        _ state: inout PointMass.State, action: UnsafePointer<Float>,
        using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        point.advance(&state, action: action, using: &generator)
    }

    /// Writes the position.
    public func observe(_ state: PointMass.State, into row: UnsafeMutablePointer<Float>) {
        point.observe(state, into: row)
    }

    /// From the position after the step and the action.
    public var knownReward: RewardFunction? { point.knownReward }
    /// From the position after the step.
    public var knownTermination: TerminationFunction? { point.knownTermination }

    /// The square, the goals and the point.
    public func draw(_ state: PointMass.State, width: Int, height: Int) -> Picture? {
        point.draw(state, width: width, height: height)
    }
}
