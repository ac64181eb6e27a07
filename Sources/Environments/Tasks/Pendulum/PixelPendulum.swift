import Foundation
import OptimistCore

/// The pendulum seen as a small picture: control from pixels.
///
/// The rod is an anti-aliased white line on black, one pixel thick and 6 long where the picture is
/// 16 × 16 (in proportion otherwise), from the middle; upright is up. Observations are bytes of
/// shape [size, size, channels], rows from the top: the present frame, then the previous one where
/// `previous` is set (the same one again in the first observation). Divided by 255 they are the
/// intensities of the world-model literature. Action repeat is a wrapper's.
public struct PixelPendulum: ConfiguredTask {
    /// The task's arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// Where episodes start.
        @Setting("Where episodes start: uniform angles, or hanging.") public var start =
            Pendulum.Start.uniform
        /// Pixels in a row and in a column.
        @Setting("Pixels in a row and in a column.", 8...256) public var size = 16
        /// Whether the previous frame is shown too.
        @Setting("Whether the previous frame is shown too, as further channels.")
        public var previous = true
        /// Whether a frame has three channels.
        @Setting("Whether a frame has red, green and blue rather than one channel.")
        public var color = false
        /// The default arguments.
        public init() {}
    }

    /// The pendulum's state and the angle that the previous frame showed.
    public struct State: Codable, Hashable, Sendable {
        /// The state of the pendulum.
        public var pendulum: Pendulum.State
        /// The angle one step before.
        public var previousAngle: Double

        /// A state with these parts.
        public init(pendulum: Pendulum.State, previousAngle: Double) {
            self.pendulum = pendulum
            self.previousAngle = previousAngle
        }
    }

    /// The pendulum underneath.
    public let base: Pendulum
    /// The task's name.
    public let name = "pendulum-pixels"
    /// Bytes of shape [size, size, channels].
    public let observationSpace: Space
    /// A torque.
    public let actionSpace: Space
    /// 200 frames, 10 seconds.
    public let timeLimit: Int? = 200
    private let size: Int
    private let colors: Int
    private let showsPrevious: Bool

    /// The task with these arguments.
    public init(_ configuration: Configuration) {
        var settings = Pendulum.Configuration()
        settings.start = configuration.start
        base = Pendulum(settings)
        size = configuration.size
        colors = configuration.color ? 3 : 1
        showsPrevious = configuration.previous
        observationSpace = .bytes(shape: [size, size, colors * (showsPrevious ? 2 : 1)])
        actionSpace = base.actionSpace
    }

    /// A state to start from.
    public func start(using generator: inout Generator) -> State {
        let state = base.start(using: &generator)
        return State(pendulum: state, previousAngle: state.angle)
    }

    /// Moves the state by one torque.
    public func advance(
        _ state: inout State, action: UnsafePointer<Float>, using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        state.previousAngle = state.pendulum.angle
        return base.advance(&state.pendulum, action: action, using: &generator)
    }

    /// Writes the picture, whole numbers 0…255.
    public func observe(_ state: State, into row: UnsafeMutablePointer<Float>) {
        let channels = showsPrevious ? 2 * colors : colors
        let now = tip(state.pendulum.angle)
        let before = tip(state.previousAngle)
        for pixel in 0..<size * size {
            let center = Point(Double(pixel % size) + 0.5, Double(pixel / size) + 0.5)
            let cell = row + pixel * channels
            cell.update(repeating: shade(center, now), count: colors)
            if showsPrevious {
                (cell + colors).update(repeating: shade(center, before), count: colors)
            }
        }
    }

    private func tip(_ angle: Double) -> Point {
        let (middle, length) = (Double(size) / 2, Double(size) * 6 / 16)
        return Point(middle + length * sin(angle), middle - length * cos(angle))
    }

    private func shade(_ center: Point, _ tip: Point) -> Float {
        let (middle, radius) = (Point(repeating: Double(size) / 2), Double(size) / 32)
        let distance = SignedDistance.segment(center, middle, tip, radius: radius)
        return Float((255 * SignedDistance.coverage(distance)).rounded())
    }

    /// Never.
    public var knownTermination: TerminationFunction? { .never }

    /// (cos θ, sin θ, θ̇).
    public func wholeObservation(of state: State) -> [Float]? {
        base.observation(of: state.pendulum)
    }

    /// The rod, with its pivot in the middle.
    public func draw(_ state: State, width: Int, height: Int) -> Picture? {
        base.draw(state.pendulum, width: width, height: height)
    }
}
