import Foundation
import OptimistCore
import OrderedCollections

/// Where everything in the figure of a factor graph lies.
struct FactorGraphLayout {
    /// A factor in the figure.
    struct Placed {
        var factor: Factor
        var at: Drawing.Point
        /// The unit vector from the variable to the factor.
        var side: Drawing.Point
        var posterior: Bool
    }

    static let radius = 19.0
    static let densitySize = 11.0
    static let rowHeight = 112.0
    /// Pixels from a variable to its factors: room for a density between them.
    let reach: Double

    /// Variables and their centers.
    private(set) var variables: OrderedDictionary<String, Drawing.Point> = [:]
    /// Factors of the joint, then of the posterior.
    private(set) var factors: [Placed] = []
    /// Straight pieces of the edges, for finding room.
    private var edges: [(Drawing.Point, Drawing.Point)] = []

    init(_ graph: FactorGraph) {
        let densities = graph.specification.joint.map {
            Drawing.textWidth($0.density, size: FactorGraphLayout.densitySize)
        }
        reach = max(62, (densities.max() ?? 0) + FactorGraphLayout.radius)
        placeVariables(graph)
        for factor in graph.specification.joint { placeJoint(factor) }
        for factor in graph.specification.posterior { placePosterior(factor) }
    }

    /// Columns from left to right; in a column, variables in the order of their parents' heights.
    private mutating func placeVariables(_ graph: FactorGraph) {
        let columns = graph.columns
        let last = columns.values.max() ?? 0
        for column in 0...last {
            let names = columns.filter { $0.value == column }.keys
            let heights = names.enumerated().map { order, name in
                (name: name, height: parentHeight(of: name, graph), order: order)
            }
            let sorted = heights.sorted { ($0.height, $0.order) < ($1.height, $1.order) }
            for (row, item) in sorted.enumerated() {
                let offset = Double(row) - Double(sorted.count - 1) / 2
                variables[item.name] = .init(
                    (reach + 88) * Double(column),
                    FactorGraphLayout.rowHeight * offset)
            }
        }
    }

    private func parentHeight(of name: String, _ graph: FactorGraph) -> Double {
        let parents = graph.specification.joint.filter { $0.variable == name }.flatMap(\.parents)
        let heights = parents.compactMap { variables[$0]?.y }
        return heights.isEmpty ? 0 : heights.reduce(0, +) / Double(heights.count)
    }

    /// Left of its variable; further factors of the same variable below the first.
    private mutating func placeJoint(_ factor: Factor) {
        guard let center = variables[factor.variable] else { return }
        let earlier = factors.count { $0.factor.variable == factor.variable }
        let at = Drawing.Point(
            center.x - reach, center.y + 34 * Double(earlier))
        add(factor, at: at, side: .init(-1, 0), posterior: false, center)
    }

    /// Where there is room around its variable, rather towards its parents.
    private mutating func placePosterior(_ factor: Factor) {
        guard let center = variables[factor.variable] else { return }
        let parents = factor.parents.compactMap { variables[$0] }
        let mean = Drawing.Point(
            parents.reduce(0) { $0 + $1.x - center.x }, parents.reduce(0) { $0 + $1.y - center.y })
        let length = max(hypot(mean.x, mean.y), 1)
        var best: (score: Double, at: Drawing.Point, side: Drawing.Point)?
        for step in 0..<16 {
            let angle = Double(step) * .pi / 8
            let side = Drawing.Point(cos(angle), sin(angle))
            let at = Drawing.Point(center.x + side.x * 62, center.y + side.y * 62)
            let towards = (side.x * mean.x + side.y * mean.y) / length
            let ways = parents.map { clearance(of: at, $0) }.min() ?? 0
            let room = min(clearance(at), 34) + min(ways, 16)
            // Of equally good places the first, to the right and then below, wins.
            let score = ((room + 12 * towards) * 1e6).rounded()
            if best.map({ score > $0.score }) ?? true { best = (score, at, side) }
        }
        guard let best else { return }
        add(factor, at: best.at, side: best.side, posterior: true, center)
    }

    private mutating func add(
        _ factor: Factor, at: Drawing.Point, side: Drawing.Point, posterior: Bool,
        _ center: Drawing.Point
    ) {
        factors.append(Placed(factor: factor, at: at, side: side, posterior: posterior))
        edges.append((at, center))
        for parent in factor.parents {
            guard let start = variables[parent] else { continue }
            let way = curve(from: start, to: at)
            edges += zip(way, way.dropFirst())
        }
    }

    /// Pixels from a point to whatever is nearest.
    private func clearance(_ point: Drawing.Point) -> Double {
        let nodes = variables.values.map { distance($0, point) - FactorGraphLayout.radius }
        let squares = factors.map { distance($0.at, point) - 12 }
        let lines = edges.map { distance(point, from: $0.0, to: $0.1) }
        return (nodes + squares + lines).min() ?? .infinity
    }

    /// Pixels from a straight way to the variables and factors that it does not lead to.
    private func clearance(of at: Drawing.Point, _ parent: Drawing.Point) -> Double {
        let nodes = variables.values.filter { $0 != parent }.map {
            distance($0, from: parent, to: at) - FactorGraphLayout.radius
        }
        return (nodes + factors.map { distance($0.at, from: parent, to: at) - 12 }).min()
            ?? .infinity
    }

    /// The control point of a curve that passes beside the variable that a straight edge would run
    /// into, on the side away from it; nil where the edge may be straight.
    func control(from start: Drawing.Point, to end: Drawing.Point) -> Drawing.Point? {
        let obstacle = variables.values.first { center in
            center != start && distance(center, end) > FactorGraphLayout.radius + 8
                && distance(center, from: start, to: end) < FactorGraphLayout.radius + 4
        }
        guard let obstacle else { return nil }
        let length = max(distance(start, end), 1e-9)
        let normal = Drawing.Point((end.y - start.y) / length, (start.x - end.x) / length)
        let offset = (obstacle.x - start.x) * normal.x + (obstacle.y - start.y) * normal.y
        let away = offset > 0 ? -76.0 : 76
        return .init(
            (start.x + end.x) / 2 + normal.x * away, (start.y + end.y) / 2 + normal.y * away)
    }

    /// Points along an edge.
    private func curve(from start: Drawing.Point, to end: Drawing.Point) -> [Drawing.Point] {
        guard let control = control(from: start, to: end) else { return [start, end] }
        return (0...8).map { index in
            let share = Double(index) / 8
            let weights = [(1 - share) * (1 - share), 2 * share * (1 - share), share * share]
            return .init(
                weights[0] * start.x + weights[1] * control.x + weights[2] * end.x,
                weights[0] * start.y + weights[1] * control.y + weights[2] * end.y)
        }
    }
}

private func distance(_ a: Drawing.Point, _ b: Drawing.Point) -> Double {
    hypot(a.x - b.x, a.y - b.y)
}

/// Pixels from a point to a straight piece.
private func distance(
    _ point: Drawing.Point, from start: Drawing.Point, to end: Drawing.Point
) -> Double {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let length = max(dx * dx + dy * dy, 1e-9)
    let share = min(max(((point.x - start.x) * dx + (point.y - start.y) * dy) / length, 0), 1)
    return hypot(point.x - start.x - share * dx, point.y - start.y - share * dy)
}
