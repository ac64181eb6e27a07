/// An RGB color with parts from 0 to 1.
@frozen
public struct Color: Sendable, Equatable {
    /// Red, green and blue.
    public var parts: SIMD3<Float>

    /// A color from its parts, each from 0 to 1.
    public init(_ red: Float, _ green: Float, _ blue: Float) { parts = [red, green, blue] }

    /// The background of most drawings.
    public static let white = Color(1, 1, 1)
    /// Tracks and outlines.
    public static let black = Color(0, 0, 0)
    /// What is moved.
    public static let blue = Color(0.15, 0.39, 0.68)
    /// Poles and rods.
    public static let brown = Color(0.72, 0.47, 0.25)
    /// Goals.
    public static let green = Color(0.22, 0.62, 0.36)
    /// Holes, cliffs and other dangers.
    public static let red = Color(0.78, 0.24, 0.22)
    /// Walls.
    public static let gray = Color(0.55, 0.57, 0.6)
    /// Lines between cells.
    public static let paleGray = Color(0.88, 0.89, 0.9)
}
