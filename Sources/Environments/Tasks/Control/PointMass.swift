import Foundation
import OptimistCore

/// A point in a square that is steered to the nearest of some goals.
///
/// An action in [−1, 1]² moves the point by `gain` times itself (`control=velocity`) or changes its
/// velocity so (`control=force`, after the velocity is multiplied by 1 − damping). Walls stop the
/// point. The reward of a step is the shaping term (distance, its square, or nothing) to the
/// nearest goal after the step, taken negative, less actionCost · |a|², plus a bonus within
/// `radius` of a goal, which then terminates the task. Seen: position, and velocity under force.
///
/// The multigoal task of Haarnoja et al. (2017) is `control=velocity bound=7 gain=1
/// goals=5,0,-5,0,0,5,0,-5 reward=squared action-cost=30 radius=1 bonus=10 time-limit=30`.
public struct PointMass: ConfiguredTask {
    /// What an action sets.
    public enum Control: String, SettingValue, CaseIterable {
        /// The change of position.
        case velocity
        /// The change of velocity.
        case force
    }

    /// What is paid for being away from the goals.
    public enum Shaping: String, SettingValue, CaseIterable {
        /// The distance.
        case distance
        /// The squared distance.
        case squared
        /// Nothing: only the bonus counts.
        case sparse
    }

    /// The task's arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// What an action sets.
        @Setting("What an action changes: the position (velocity) or the velocity (force).")
        public var control = Control.force
        /// What is paid for being away from the goals.
        @Setting("What is paid for being away from the nearest goal.") public var reward =
            Shaping.squared
        /// Half the side of the square.
        @Setting("Half the side of the square.", 0.01...) public var bound = 1.0
        /// How much an action of size 1 changes.
        @Setting("How much an action of size 1 changes.", 0.0...) public var gain = 0.05
        /// The share of the velocity that is lost in a step.
        @Setting("The share of the velocity that is lost in a step.", 0.0...1) public var damping =
            0.1
        /// The standard deviation of the noise on the position.
        @Setting("The standard deviation of the noise on the position.", 0.0...) public var noise =
            0.0
        /// The mean of the first position.
        @Setting("The mean of the first position.") public var start = [0.0, 0]
        /// The standard deviation of the first position.
        @Setting("The standard deviation of the first position.", 0.0...)
        public var startDeviation = 0.1
        /// The goals, x and y one after the other.
        @Setting("The goals: x, y, x, y...") public var goals = [0.5, 0.5]
        /// The price of a squared action.
        @Setting("The price of a squared action.", 0.0...) public var actionCost = 0.01
        /// The distance within which a goal counts as reached.
        @Setting("The distance within which a goal is reached; 0 for never.", 0.0...)
        public var radius = 0.0
        /// What reaching a goal brings.
        @Setting("What reaching a goal brings.") public var bonus = 0.0
        /// The default arguments.
        public init() {}

        /// Refuses goals and starts that are not points.
        public func validate() throws {
            guard start.count == 2, goals.count >= 2, goals.count.isMultiple(of: 2) else {
                throw ConfigurationError.inconsistent(
                    "start and goals are points: give two numbers for start and two for each "
                        + "goal, not \(start.count) and \(goals.count)")
            }
        }
    }

    /// A position and a velocity.
    @frozen
    public struct State: Codable, Hashable, Sendable {
        /// Where the point is.
        public var position: SIMD2<Double>
        /// Its change in a step; unused when actions set the position.
        public var velocity: SIMD2<Double>

        /// A state with these parts.
        public init(position: SIMD2<Double>, velocity: SIMD2<Double>) {
            self.position = position
            self.velocity = velocity
        }
    }

    /// The task's name.
    public let name = "point-mass"
    /// (x, y), and (ẋ, ẏ) under force.
    public let observationSpace: Space
    /// Two pushes.
    public let actionSpace = Space.box(-1, 1, shape: [2])
    /// 50 steps.
    public let timeLimit: Int? = 50
    /// The task's arguments.
    public let configuration: Configuration
    private let goals: [SIMD2<Double>]

    /// The task with these arguments, which must be valid.
    public init(_ configuration: Configuration) {
        do { try configuration.validate() } catch { fail("PointMass", "\(error)") }
        self.configuration = configuration
        goals = stride(from: 0, to: configuration.goals.count, by: 2).map {
            [configuration.goals[$0], configuration.goals[$0 + 1]]
        }
        let bound = Float(configuration.bound)
        let free = [Float](repeating: .infinity, count: configuration.control == .force ? 2 : 0)
        observationSpace = .box(
            low: [-bound, -bound] + free.map { -$0 }, high: [bound, bound] + free)
    }
}

extension PointMass {
    /// At rest near the start.
    public func start(using generator: inout Generator) -> State {
        var position = SIMD2(configuration.start[0], configuration.start[1])
        position += noise(configuration.startDeviation, using: &generator)
        let bound = configuration.bound
        return State(
            position: position.clamped(
                lowerBound: .init(repeating: -bound), upperBound: .init(repeating: bound)),
            velocity: .zero)
    }

    @inline(__always)
    private func noise(
        _ deviation: Double, using generator: inout Generator
    ) -> SIMD2<Double> {
        guard deviation > 0 else { return .zero }
        let x = generator.normal()
        return SIMD2(x, generator.normal()) * deviation
    }

    /// Pushes the point once.
    public func advance(
        _ state: inout State, action: UnsafePointer<Float>, using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        let push = SIMD2(Double(action[0]), Double(action[1]))
        var position = state.position
        if configuration.control == .force {
            state.velocity =
                state.velocity * (1 - configuration.damping) + push * configuration.gain
            position += state.velocity
        } else {
            position += push * configuration.gain
        }
        position += noise(configuration.noise, using: &generator)
        for axis in 0..<2 where abs(position[axis]) > configuration.bound {
            position[axis] = position[axis] < 0 ? -configuration.bound : configuration.bound
            state.velocity[axis] = 0
        }
        state.position = position
        return outcome(position, push)
    }

    /// What arriving at a position by a push brings.
    @inline(__always)
    private func outcome(
        _ position: SIMD2<Double>, _ push: SIMD2<Double>
    ) -> (reward: Double, terminated: Bool) {
        var nearest = Double.infinity
        for goal in goals {
            let gap = position - goal
            nearest = min(nearest, (gap * gap).sum())
        }
        let isThere =
            configuration.radius > 0 && nearest < configuration.radius * configuration.radius
        let away =
            switch configuration.reward {
            case .distance: nearest.squareRoot()
            case .squared: nearest
            case .sparse: 0.0
            }
        let price = configuration.actionCost * (push * push).sum()
        return ((isThere ? configuration.bonus : 0) - away - price, isThere)
    }

    private func outcome(_ row: TransitionRow) -> (reward: Double, terminated: Bool) {
        outcome(
            [Double(row.next[0]), Double(row.next[1])],
            [Double(row.action[0]), Double(row.action[1])])
    }

    /// Writes the position, and the velocity under force.
    public func observe(_ state: State, into row: UnsafeMutablePointer<Float>) {
        row[0] = Float(state.position.x)
        row[1] = Float(state.position.y)
        if configuration.control == .force {
            row[2] = Float(state.velocity.x)
            row[3] = Float(state.velocity.y)
        }
    }

    /// From the position after the step and the action.
    public var knownReward: RewardFunction? {
        let task = self
        return .each(observationWidth: observationSpace.width, actionWidth: 2) {
            task.outcome($0).reward
        }
    }

    /// From the position after the step.
    public var knownTermination: TerminationFunction? {
        if configuration.radius == 0 { return .never }
        let task = self
        return .each(observationWidth: observationSpace.width, actionWidth: 2) {
            task.outcome($0).terminated
        }
    }

    /// The square, the goals and the point.
    public func draw(_ state: State, width: Int, height: Int) -> Picture? {
        let bound = configuration.bound
        let edge = bound * 1.05
        var canvas = Canvas(
            width: width, height: height, from: [-edge, -edge], to: [edge, edge],
            background: .gray)
        canvas.rectangle(center: .zero, width: 2 * bound, height: 2 * bound, color: .white)
        let size = max(configuration.radius, bound * 0.04)
        for goal in goals { canvas.disc(center: goal, radius: size, color: .green) }
        canvas.disc(center: state.position, radius: bound * 0.04, color: .blue)
        return canvas.picture
    }
}
