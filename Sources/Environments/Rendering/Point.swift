/// A point of the plane: `x` to the right, `y` upwards.
public typealias Point = SIMD2<Double>

/// Signed distances from a point to shapes: negative inside.
enum SignedDistance {
    /// To the segment from `a` to `b` thickened by `radius` (a capsule).
    @inline(__always)
    static func segment(_ point: Point, _ a: Point, _ b: Point, radius: Double) -> Double {
        let along = b - a
        let length = (along * along).sum()
        let share = length > 0 ? min(max(((point - a) * along).sum() / length, 0), 1) : 0
        let gap = point - a - along * share
        return (gap * gap).sum().squareRoot() - radius
    }

    /// To a disc.
    @inline(__always)
    static func disc(_ point: Point, center: Point, radius: Double) -> Double {
        let gap = point - center
        return (gap * gap).sum().squareRoot() - radius
    }

    /// To an upright rectangle.
    @inline(__always)
    static func rectangle(_ point: Point, center: Point, half: Point) -> Double {
        let gap = point - center
        let over = Point(abs(gap.x), abs(gap.y)) - half
        let outside = Point(max(over.x, 0), max(over.y, 0))
        return (outside * outside).sum().squareRoot() + min(max(over.x, over.y), 0)
    }

    /// The share of a pixel that a shape covers, from the distance of the pixel's centre in pixels.
    @inline(__always)
    static func coverage(_ distance: Double) -> Double { min(max(0.5 - distance, 0), 1) }
}
