import Foundation
import OptimistCore

extension FactorGraph {
    /// The graph as an SVG document: circles are variables; squares are factors, filled by status;
    /// the posterior is dashed. Below, each factor with its status and role.
    public func svg(title: String = "") -> String {
        let layout = FactorGraphLayout(self)
        let points = layout.variables.values + layout.factors.map(\.at)
        let left = (points.map(\.x).min() ?? 0) - 70
        let top = (points.map(\.y).min() ?? 0) - (title.isEmpty ? 40 : 76)
        let right = (points.map(\.x).max() ?? 0) + 80
        let bottom = (points.map(\.y).max() ?? 0) + 48
        let factors = specification.joint + specification.posterior
        let width = max(right - left, tableWidth(factors) + 2 * ChartFrame.outer)
        let rows = Double(factors.count + 5) * 18 + 28
        var drawing = Drawing(width: width, height: bottom - top + rows)
        // Everything moves so that the figure starts at the picture's corner.
        let shift = Drawing.Point((width - (right - left)) / 2 - left, -top)
        func moved(_ point: Drawing.Point) -> Drawing.Point {
            .init(point.x + shift.x, point.y + shift.y)
        }
        for placed in layout.factors { drawEdges(of: placed, layout, moved, into: &drawing) }
        for (name, center) in layout.variables {
            drawing.circle(
                moved(center), radius: FactorGraphLayout.radius,
                .init(fill: "white", stroke: Ink.text, width: 1.4))
            let at = moved(center)
            drawing.text(
                name, .init(at.x, at.y + 5), .init(size: 15, anchor: .middle, italic: true))
        }
        for placed in layout.factors { draw(placed, at: moved(placed.at), into: &drawing) }
        drawTable(from: bottom - top + 8, into: &drawing)
        drawing.text(
            title, .init(ChartFrame.outer, ChartFrame.outer + 12), .init(size: 15, bold: true))
        return drawing.svg
    }

    private func drawEdges(
        of placed: FactorGraphLayout.Placed, _ layout: FactorGraphLayout,
        _ moved: (Drawing.Point) -> Drawing.Point, into drawing: inout Drawing
    ) {
        let color = placed.posterior ? Ink.posterior : Ink.axis
        let paint = Drawing.Paint.stroke(color, 1.4, dash: placed.posterior ? "5 4" : "")
        for parent in placed.factor.parents {
            guard let center = layout.variables[parent] else { continue }
            let end = moved(placed.at)
            if let control = layout.control(from: center, to: placed.at) {
                let bend = moved(control)
                let start = rim(of: moved(center), towards: bend, FactorGraphLayout.radius)
                let numbers = [start.x, start.y, bend.x, bend.y, end.x, end.y].map(Drawing.number)
                drawing.path(
                    "M\(numbers[0]) \(numbers[1])Q\(numbers[2]) \(numbers[3]) "
                        + "\(numbers[4]) \(numbers[5])", paint)
            } else {
                let start = rim(of: moved(center), towards: end, FactorGraphLayout.radius)
                drawing.path(Drawing.path([start, end]), paint)
            }
        }
        guard let target = layout.variables[placed.factor.variable] else { return }
        let tip = rim(of: moved(target), towards: moved(placed.at), FactorGraphLayout.radius + 1)
        let base = rim(of: tip, towards: moved(placed.at), 9)
        drawing.path(Drawing.path([moved(placed.at), base]), paint)
        let across = Drawing.Point((tip.y - base.y) * 0.45, (base.x - tip.x) * 0.45)
        let head = [
            tip, Drawing.Point(base.x + across.x, base.y + across.y),
            Drawing.Point(base.x - across.x, base.y - across.y),
        ]
        drawing.path(Drawing.path(head, closed: true), .fill(color))
    }

    /// The point of a circle's rim in the direction of another point.
    private func rim(
        of center: Drawing.Point, towards point: Drawing.Point, _ radius: Double
    ) -> Drawing.Point {
        let length = max(hypot(point.x - center.x, point.y - center.y), 1e-9)
        return .init(
            center.x + (point.x - center.x) * radius / length,
            center.y + (point.y - center.y) * radius / length)
    }

    private func draw(
        _ placed: FactorGraphLayout.Placed, at point: Drawing.Point, into drawing: inout Drawing
    ) {
        drawSquare(placed.factor.status, placed.posterior, at: point, into: &drawing)
        var style = Drawing.TextStyle(size: FactorGraphLayout.densitySize, color: Ink.faint)
        guard placed.posterior else {
            // Edges come from the left: to the right, above the arrow, there is room.
            drawing.text(placed.factor.density, .init(point.x - 5, point.y - 11), style)
            return
        }
        style.color = Ink.posterior
        var at = Drawing.Point(point.x, point.y + (placed.side.y > 0 ? 20 : -11))
        style.anchor = .middle
        if abs(placed.side.x) > 0.3 {
            let right = placed.side.x > 0
            style.anchor = right ? .start : .end
            at = .init(point.x + (right ? 11 : -11), point.y + 4 + 8 * placed.side.y)
        }
        drawing.text(placed.factor.density, at, style)
    }

    private func drawSquare(
        _ status: FactorStatus, _ posterior: Bool, at point: Drawing.Point,
        into drawing: inout Drawing
    ) {
        drawing.rectangle(
            .init(point.x - 6, point.y - 6), width: 12, height: 12, radius: 1.5,
            .init(fill: status.color, stroke: posterior ? Ink.posterior : Ink.text, width: 1.4))
    }
}

extension FactorGraph {
    private func tableWidth(_ factors: [Factor]) -> Double {
        let densities = factors.map { Drawing.textWidth($0.density, size: 12) }.max() ?? 0
        let roles = factors.map { Drawing.textWidth($0.role, size: 12) }.max() ?? 0
        return max(28 + densities + 18 + 88 + roles, Drawing.textWidth(objective, size: 12) + 80)
    }

    private func drawTable(from top: Double, into drawing: inout Drawing) {
        let factors = specification.joint + specification.posterior
        let densities = factors.map { Drawing.textWidth($0.density, size: 12) }.max() ?? 0
        let left = ChartFrame.outer
        var y = top + 10
        for (index, factor) in factors.enumerated() {
            let posterior = index >= specification.joint.count
            if index == 0 || index == specification.joint.count {
                let words = posterior ? "posterior, dashed" : "joint"
                if posterior { y += 6 }
                drawing.text(words, .init(left, y + 4), .init(color: Ink.faint))
                y += 18
            }
            drawSquare(factor.status, posterior, at: .init(left + 8, y), into: &drawing)
            let color = posterior ? Ink.posterior : Ink.text
            drawing.text(
                factor.density, .init(left + 24, y + 4), .init(color: color, italic: true))
            drawing.text(
                factor.status.rawValue, .init(left + 36 + densities, y + 4),
                .init(color: Ink.faint))
            drawing.text(factor.role, .init(left + 122 + densities, y + 4))
            y += 18
        }
        let lines = [
            ("objective", objective), ("states", specification.stateInference),
            ("actions", specification.actionInference),
        ]
        y += 6
        for (name, words) in lines {
            drawing.text(name, .init(left, y + 4), .init(color: Ink.faint))
            drawing.text(words, .init(left + 70, y + 4))
            y += 18
        }
    }
}
