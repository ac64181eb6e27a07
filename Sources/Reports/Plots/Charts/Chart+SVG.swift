extension Chart {
    /// The chart as an SVG document.
    public var svg: String {
        var (x, y) = axes
        let yTicks = y.ticks(5)
        let labels = yTicks.labels.map { Drawing.textWidth($0, size: 11) }.max() ?? 0
        let left = ChartFrame.outer + (yLabel.isEmpty ? 0 : 20) + labels + 8
        let frame = ChartFrame(
            width: width, title: title, entries: entries, caption: caption, indent: left)
        let right = width - ChartFrame.outer - 6
        let bottom = height - ChartFrame.outer - frame.bottom - (xLabel.isEmpty ? 16 : 38)
        x.pixels = (left, right)
        y.pixels = (bottom, frame.top)

        var drawing = Drawing(width: width, height: height)
        drawAxes(x, y, yTicks, into: &drawing)
        drawing.clipped(
            .init(left - 4, frame.top - 4), width: right - left + 8,
            height: bottom - frame.top + 8
        ) { drawing in
            for reference in references { draw(reference, x, y, into: &drawing) }
            for upright in uprights { draw(upright: upright, x, y, into: &drawing) }
            // The first series lies in front.
            for index in series.indices.reversed() { drawBand(index, x, y, into: &drawing) }
            for index in series.indices.reversed() { drawLine(index, x, y, into: &drawing) }
        }
        frame.draw(into: &drawing, titleAt: left)
        return drawing.svg
    }

    private var axes: (x: Axis, y: Axis) {
        let values = series.flatMap { series in
            let band = (series.low ?? []) + (series.high ?? [])
            return series.y + band
        }
        return (
            Axis(
                over: series.flatMap(\.x), given: xRange, scale: xScale, format: xFormat,
                margin: 0),
            Axis(
                over: values + references.map(\.value), given: yRange, scale: yScale,
                format: .number, margin: 0.04)
        )
    }

    private var entries: [ChartFrame.Entry] {
        series.enumerated().filter { !$1.name.isEmpty }.map { index, series in
            let style = Ink.style(index)
            return .init(
                name: series.name, color: style.color, dash: style.dash, band: series.low != nil,
                line: series.line)
        }
    }

    private func drawAxes(_ x: Axis, _ y: Axis, _ yTicks: Ticks, into drawing: inout Drawing) {
        let (left, right) = x.pixels
        let (bottom, top) = y.pixels
        for (value, label) in zip(yTicks.values, yTicks.labels) {
            guard let at = y.pixel(value) else { continue }
            drawing.line(.init(left, at), .init(right, at), .stroke(Ink.grid))
            drawing.text(
                label, .init(left - 7, at + 4), .init(size: 11, color: Ink.axis, anchor: .end))
        }
        let xTicks = x.ticks(6)
        for (value, label) in zip(xTicks.values, xTicks.labels) {
            guard let at = x.pixel(value) else { continue }
            drawing.line(.init(at, bottom), .init(at, bottom + 4), .stroke(Ink.axis))
            drawing.text(
                label, .init(at, bottom + 17), .init(size: 11, color: Ink.axis, anchor: .middle))
        }
        drawing.line(.init(left, bottom), .init(right, bottom), .stroke(Ink.axis))
        drawing.text(
            xLabel, .init((left + right) / 2, bottom + 36), .init(size: 12, anchor: .middle))
        drawing.text(
            yLabel, .init(ChartFrame.outer + 10, (bottom + top) / 2),
            .init(size: 12, anchor: .middle, rotation: -90))
    }

    private func draw(
        _ reference: Reference, _ x: Axis, _ y: Axis, into drawing: inout Drawing
    ) {
        guard let at = y.pixel(reference.value) else { return }
        drawing.line(
            .init(x.pixels.0, at), .init(x.pixels.1, at), .stroke(Ink.faint, 1.2, dash: "5 4"))
        drawing.text(
            reference.label, .init(x.pixels.1 - 2, at - 5),
            .init(size: 11, color: Ink.faint, anchor: .end))
    }

    private func draw(
        upright: Reference, _ x: Axis, _ y: Axis, into drawing: inout Drawing
    ) {
        guard let at = x.pixel(upright.value) else { return }
        drawing.line(
            .init(at, y.pixels.0), .init(at, y.pixels.1), .stroke(Ink.faint, 1.2, dash: "5 4"))
        // The words stand where there is more room.
        let isRight = at > (x.pixels.0 + x.pixels.1) / 2
        drawing.text(
            upright.label, .init(at + (isRight ? -5 : 5), y.pixels.1 + 10),
            .init(size: 11, color: Ink.faint, anchor: isRight ? .end : .start))
    }

    private func drawBand(_ index: Int, _ x: Axis, _ y: Axis, into drawing: inout Drawing) {
        let series = series[index]
        guard let low = series.low, let high = series.high else { return }
        let upper = points(x: series.x, y: high, steps: series.steps, x, y)
        let lower = points(x: series.x, y: low, steps: series.steps, x, y)
        // The band is cut into pieces where an end is missing.
        var piece: [(Drawing.Point, Drawing.Point)] = []
        func finish(_ drawing: inout Drawing) {
            let outline = piece.map(\.0) + piece.reversed().map(\.1)
            if piece.count > 1 {
                drawing.path(
                    Drawing.path(outline, closed: true),
                    .fill(Ink.style(index).color, opacity: 0.18))
            }
            piece = []
        }
        for (top, bottom) in zip(upper, lower) {
            if let top, let bottom { piece.append((top, bottom)) } else { finish(&drawing) }
        }
        finish(&drawing)
    }

    private func drawLine(_ index: Int, _ x: Axis, _ y: Axis, into drawing: inout Drawing) {
        let series = series[index]
        let style = Ink.style(index)
        let line = points(x: series.x, y: series.y, steps: series.steps, x, y)
        if series.line {
            drawing.path(Drawing.path(line), .stroke(style.color, 2, dash: style.dash))
        }
        let alone = !series.line || line.count(where: { $0 != nil }) == 1
        guard series.marks || alone else { return }
        let radius = series.line ? 3 : 2.2
        for case let point? in points(x: series.x, y: series.y, steps: false, x, y) {
            drawing.circle(point, radius: radius, .fill(style.color))
        }
    }

    private func points(
        x xs: [Double], y ys: [Double], steps: Bool, _ x: Axis, _ y: Axis
    ) -> [Drawing.Point?] {
        var points: [Drawing.Point?] = []
        for (horizontal, vertical) in zip(xs, ys) {
            guard let a = x.pixel(horizontal), let b = y.pixel(vertical) else {
                points.append(nil)
                continue
            }
            if steps, case let last?? = points.last { points.append(.init(a, last.y)) }
            points.append(.init(a, b))
        }
        return points
    }
}
