import Foundation
import OptimistCore

/// The valley that both mountain cars drive in: its height at x is 0.45 sin 3x + 0.55.
public enum Valley {
    /// A car in the valley.
    @frozen
    public struct State: Codable, Hashable, Sendable {
        /// Where the car is, −1.2 to 0.6.
        public var position: Double
        /// Distance a step, −0.07 to 0.07.
        public var velocity: Double

        /// A state with these parts.
        @inlinable
        public init(position: Double, velocity: Double) {
            self.position = position
            self.velocity = velocity
        }
    }

    static let (least, most, fastest) = (-1.2, 0.6, 0.07)
    static let space = Space.box(low: [-1.2, -0.07], high: [0.6, 0.07])

    /// Moves a car by one push; the left end stops it, the right end only holds it.
    @inline(__always)
    static func advance(_ state: inout State, push: Double) {
        let velocity = state.velocity + push - 0.0025 * cos(3 * state.position)
        state.velocity = min(max(velocity, -0.07), 0.07)
        state.position = min(max(state.position + state.velocity, -1.2), 0.6)
        if state.position == -1.2, state.velocity < 0 { state.velocity = 0 }
    }

    @inline(__always)
    static func isAt(_ goal: Double, _ velocity: Double, _ state: State) -> Bool {
        state.position >= goal && state.velocity >= velocity
    }

    static func termination(_ goal: Double, _ velocity: Double) -> TerminationFunction {
        .each(observationWidth: 2, actionWidth: 1) { row in
            Double(row.next[0]) >= goal && Double(row.next[1]) >= velocity
        }
    }

    /// 1 at the goal and 0 elsewhere.
    static func reward(_ goal: Double, _ velocity: Double) -> RewardFunction {
        .each(observationWidth: 2, actionWidth: 1) { row in
            Double(row.next[0]) >= goal && Double(row.next[1]) >= velocity ? 1 : 0
        }
    }

    @inline(__always)
    static func observe(_ state: State, into row: UnsafeMutablePointer<Float>) {
        row[0] = Float(state.position)
        row[1] = Float(state.velocity)
    }

    static func draw(_ state: State, goal: Double, width: Int, height: Int) -> Picture {
        var canvas = Canvas(width: width, height: height, from: [least, 0], to: [most, 1.25])
        let hill = (0...60).map { step in
            let x = least + (most - least) * Double(step) / 60
            return Point(x, self.height(x))
        }
        canvas.path(hill, thickness: 0.02, color: .black)
        let foot = Point(goal, self.height(goal))
        canvas.line(from: foot, to: foot + Point(0, 0.15), thickness: 0.015, color: .black)
        canvas.rectangle(center: foot + [0.03, 0.13], width: 0.06, height: 0.04, color: .green)
        canvas.disc(
            center: [state.position, self.height(state.position) + 0.05], radius: 0.05,
            color: .blue)
        return canvas.picture
    }

    private static func height(_ x: Double) -> Double { 0.45 * sin(3 * x) + 0.55 }
}
