import Foundation
import OptimistCore

/// A ball that bounces around a small picture: a video to model, with nothing to do.
///
/// The picture is 16 × 16 with a ball of radius 2 that moves one pixel a frame in a direction drawn
/// at the start; its centre is reflected at 2 and 14. The intensity of a pixel is
/// clip(2.5 − distance, 0, 1), shown as bytes 0…255 of shape [16, 16, 1], rows from the top
/// (divide by 255 for intensities). There is one action, which does nothing, and no reward;
/// episodes are cut after 30 frames.
public struct BouncingBall: ConfiguredTask {
    /// The task's arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// Pixels in a row and in a column.
        @Setting("Pixels in a row and in a column.", 8...256) public var size = 16
        /// Pixels from the ball's centre to its edge.
        @Setting("Pixels from the ball's centre to its edge.", 0.5...64) public var radius = 2.0
        /// Pixels that the ball moves in a frame.
        @Setting("Pixels that the ball moves in a frame.", 0.0...16) public var speed = 1.0
        /// The default arguments.
        public init() {}

        /// Refuses a ball that does not fit.
        public func validate() throws {
            guard 2 * radius + speed <= Double(size) else {
                throw ConfigurationError.inconsistent(
                    "a ball of radius \(radius) and speed \(speed) does not fit into \(size) "
                        + "pixels: give 2 · radius + speed ≤ size")
            }
        }
    }

    /// Where the ball is and where it goes.
    public struct State: Codable, Hashable, Sendable {
        /// The centre in pixels, from the left and from the top.
        public var center: SIMD2<Double>
        /// Pixels a frame.
        public var velocity: SIMD2<Double>

        /// A state with these parts.
        public init(center: SIMD2<Double>, velocity: SIMD2<Double>) {
            self.center = center
            self.velocity = velocity
        }
    }

    /// The task's name.
    public let name = "bouncing-ball"
    /// Bytes of shape [size, size, 1].
    public let observationSpace: Space
    /// One action, which does nothing.
    public let actionSpace = Space.discrete(1)
    /// 30 frames.
    public let timeLimit: Int? = 30
    private let size: Int
    private let radius: Double
    private let speed: Double

    /// The task with these arguments, which must be valid.
    public init(_ configuration: Configuration) {
        do { try configuration.validate() } catch { fail("BouncingBall", "\(error)") }
        (size, radius, speed) = (configuration.size, configuration.radius, configuration.speed)
        observationSpace = .bytes(shape: [size, size, 1])
    }

    /// The centre uniform, the direction too.
    public func start(using generator: inout Generator) -> State {
        let (low, high) = (radius, Double(size) - radius)
        let x = generator.uniform(low, high)
        let y = generator.uniform(low, high)
        let direction = generator.uniform(0, 2 * .pi)
        return State(center: [x, y], velocity: [speed * cos(direction), speed * sin(direction)])
    }

    /// Moves the ball by one frame.
    public func advance(
        _ state: inout State, action: UnsafePointer<Float>, using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        let (low, high) = (radius, Double(size) - radius)
        state.center += state.velocity
        for axis in 0..<2 {
            let place = state.center[axis]
            if place < low {
                state.center[axis] = 2 * low - place
                state.velocity[axis] = -state.velocity[axis]
            } else if place > high {
                state.center[axis] = 2 * high - place
                state.velocity[axis] = -state.velocity[axis]
            }
        }
        return (0, false)
    }

    /// Writes the picture, whole numbers 0…255.
    public func observe(_ state: State, into row: UnsafeMutablePointer<Float>) {
        for pixel in 0..<size * size {
            let place = Point(Double(pixel % size) + 0.5, Double(pixel / size) + 0.5)
            let distance = SignedDistance.disc(place, center: state.center, radius: radius)
            row[pixel] = Float((255 * SignedDistance.coverage(distance)).rounded())
        }
    }

    /// 0.
    public var knownReward: RewardFunction? { .constant(0) }
    /// Never.
    public var knownTermination: TerminationFunction? { .never }

    /// The ball, white on black.
    public func draw(_ state: State, width: Int, height: Int) -> Picture? {
        let edge = Double(size)
        var canvas = Canvas(
            width: width, height: height, from: .zero, to: [edge, edge], background: .black)
        canvas.disc(
            center: [state.center.x, edge - state.center.y], radius: radius, color: .white)
        return canvas.picture
    }
}
