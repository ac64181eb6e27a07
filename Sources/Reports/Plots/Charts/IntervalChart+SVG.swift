import OptimistCore

extension IntervalChart {
    private static let rowHeight = 28.0
    private static let gap = 22.0

    /// The chart as an SVG document.
    public var svg: String {
        for panel in panels where panel.intervals.count != rows.count {
            fail("IntervalChart.svg", "\(panel.intervals.count) intervals, \(rows.count) rows")
        }
        let names = rows.map { Drawing.textWidth($0, size: 12) }.max() ?? 0
        let left = ChartFrame.outer + names + 12
        let frame = ChartFrame(
            width: width, title: title, entries: [], caption: caption, indent: left)
        let top = frame.top + 20
        let bottom = top + Double(rows.count) * IntervalChart.rowHeight
        let below = 20 + (xLabel.isEmpty ? 0 : 20) + frame.bottom + ChartFrame.outer
        var drawing = Drawing(width: width, height: bottom + below)
        for (row, name) in rows.enumerated() {
            drawing.text(
                name, .init(left - 12, center(of: row, top) + 4), .init(anchor: .end))
        }
        let space = width - ChartFrame.outer - left - Double(panels.count - 1) * IntervalChart.gap
        let each = space / Double(max(1, panels.count))
        for (index, panel) in panels.enumerated() {
            let start = left + Double(index) * (each + IntervalChart.gap)
            draw(panel, from: start, to: start + each, top, bottom, into: &drawing)
        }
        drawing.text(
            xLabel, .init((left + width - ChartFrame.outer) / 2, bottom + 36),
            .init(size: 12, anchor: .middle))
        frame.draw(into: &drawing, titleAt: ChartFrame.outer)
        return drawing.svg
    }

    private func center(of row: Int, _ top: Double) -> Double {
        top + (Double(row) + 0.5) * IntervalChart.rowHeight
    }

    private func draw(
        _ panel: Panel, from left: Double, to right: Double, _ top: Double, _ bottom: Double,
        into drawing: inout Drawing
    ) {
        var values = panel.intervals.flatMap { [$0.low, $0.high, $0.estimate] }
        if let reference = panel.reference { values.append(reference) }
        if style == .bars { values.append(0) }
        var axis = Axis(over: values, given: nil, scale: .linear, format: .number, margin: 0.06)
        axis.pixels = (left, right)
        drawing.text(
            panel.title, .init((left + right) / 2, top - 9), .init(size: 12, anchor: .middle))
        let ticks = axis.ticks(min(5, max(2, Int((right - left) / 55))))
        for (value, label) in zip(ticks.values, ticks.labels) {
            guard let x = axis.pixel(value) else { continue }
            drawing.line(.init(x, top), .init(x, bottom), .stroke(Ink.grid))
            drawing.text(
                label, .init(x, bottom + 17), .init(size: 11, color: Ink.axis, anchor: .middle))
        }
        drawing.line(.init(left, bottom), .init(right, bottom), .stroke(Ink.axis))
        if let reference = panel.reference, let x = axis.pixel(reference) {
            drawing.line(
                .init(x, top), .init(x, bottom), .stroke(Ink.faint, 1.2, dash: "5 4"))
        }
        for (row, interval) in panel.intervals.enumerated() {
            draw(interval, row, center(of: row, top), axis, into: &drawing)
        }
    }

    private func draw(
        _ interval: Interval, _ row: Int, _ y: Double, _ axis: Axis, into drawing: inout Drawing
    ) {
        guard let low = axis.pixel(interval.low), let high = axis.pixel(interval.high),
            let middle = axis.pixel(interval.estimate)
        else { return }
        let color = Ink.style(colored ? row : 0).color
        switch style {
        case .bands:
            drawing.rectangle(
                .init(low, y - 8), width: max(high - low, 1), height: 16, radius: 2,
                .fill(color, opacity: 0.55))
            drawing.line(.init(middle, y - 8), .init(middle, y + 8), .stroke(Ink.text, 2))
        case .bars:
            let zero = axis.pixel(0) ?? middle
            drawing.rectangle(
                .init(min(zero, middle), y - 9), width: abs(middle - zero), height: 18,
                .fill(color, opacity: 0.8))
            drawing.line(.init(low, y), .init(high, y), .stroke(Ink.text, 1.4))
            for end in [low, high] {
                drawing.line(.init(end, y - 4), .init(end, y + 4), .stroke(Ink.text, 1.4))
            }
        }
    }
}

extension Comparison {
    /// The aggregates of all algorithms with their intervals, a panel each.
    public func aggregateChart(title: String = "", xLabel: String = "Return") -> IntervalChart {
        let percent = AxisFormat.count(bootstrap.confidence * 100)
        return IntervalChart(
            title: title,
            caption: "Stroke: estimate; band: \(percent) % stratified bootstrap interval.",
            xLabel: xLabel, rows: entries.map(\.name),
            panels: aggregates.enumerated().map { index, aggregate in
                .init(aggregate.description, entries.map { $0.aggregates[index] })
            })
    }

    /// The performance profiles of all algorithms.
    public func profileChart(title: String = "", xLabel: String = "Score τ") -> Chart {
        .performanceProfiles(
            entries.map { ($0.name, $0.profile) }, title: title, xLabel: xLabel,
            confidence: bootstrap.confidence)
    }

    /// For each pair of algorithms, the one given first leading, how probable it is that the first
    /// beats the second.
    public func improvementChart(title: String = "") -> IntervalChart {
        let percent = AxisFormat.count(bootstrap.confidence * 100)
        let places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
        let leading = pairs.filter { (places[$0.first] ?? 0) < (places[$0.second] ?? 0) }
        var chart = IntervalChart(
            title: title,
            caption: "Probability that a run of the first beats a run of the second, averaged "
                + "over tasks; band: \(percent) % stratified bootstrap interval.",
            rows: leading.map { "\($0.first) over \($0.second)" },
            panels: [
                .init("P(first > second)", leading.map(\.probability), reference: 0.5)
            ])
        chart.colored = false
        return chart
    }
}
