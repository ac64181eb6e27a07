import Foundation

/// Arithmetic of angles in radians.
public enum Angle {
    /// The same angle in [−π, π).
    @inline(__always)
    public static func wrap(_ angle: Double) -> Double {
        let shifted = angle + .pi
        return shifted - 2 * .pi * (shifted / (2 * .pi)).rounded(.down) - .pi
    }
}
