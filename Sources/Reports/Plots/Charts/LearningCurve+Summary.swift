import OptimistCore

extension LearningCurve {
    /// The runs on a common grid of steps, summed up, with a percentile bootstrap band over runs
    /// at each step; no band with a single run.
    ///
    /// - Parameters:
    ///   - center: mean or interquartile mean.
    ///   - points: steps in the grid where the runs' own steps differ.
    ///   - window: over how many neighboring steps of the grid each run is averaged first; odd.
    ///   - bootstrap: resamples and confidence.
    ///   - generator: draws the resamples.
    /// - Throws: `StatisticsError.noCommonSteps` where the runs have no step in common.
    public func summary(
        _ center: Center = .interquartileMean, points: Int = 200, window: Int = 1,
        bootstrap: StratifiedBootstrap = StratifiedBootstrap(resamples: 2_000),
        using generator: inout Generator
    ) throws -> Series {
        let steps = try grid(points: points)
        let curves = runs.map { run in
            LearningCurve.smooth(steps.map(run.value(at:)), window: window)
        }
        let all = Array(curves.indices)
        let middle = LearningCurve.centers(of: curves, drawn: all, center)
        if runs.count < 2 { return Series(name, x: steps, y: middle) }

        var resampled = steps.map { _ in [Double]() }
        for index in resampled.indices { resampled[index].reserveCapacity(bootstrap.resamples) }
        for _ in 0..<bootstrap.resamples {
            let drawn = all.map { _ in generator.integer(below: runs.count) }
            let values = LearningCurve.centers(of: curves, drawn: drawn, center)
            for (index, value) in values.enumerated() { resampled[index].append(value) }
        }
        let band = steps.indices.map { index in
            Interval(
                estimate: middle[index], resampled: &resampled[index],
                confidence: bootstrap.confidence)
        }
        return Series(name, x: steps, y: middle, low: band.map(\.low), high: band.map(\.high))
    }

    private static func centers(
        of curves: [[Double]], drawn: [Int], _ center: Center
    ) -> [Double] {
        var values = [Double](repeating: 0, count: drawn.count)
        return curves[0].indices.map { index in
            for (place, run) in drawn.enumerated() { values[place] = curves[run][index] }
            if center == .interquartileMean { values.sort() }
            return center.value(ofSorted: values)
        }
    }

    /// The centered moving mean, narrower at the ends.
    private static func smooth(_ values: [Double], window: Int) -> [Double] {
        let reach = max(0, (window - 1) / 2)
        if reach == 0 { return values }
        return values.indices.map { index in
            let near = min(reach, index, values.count - 1 - index)
            let slice = values[(index - near)...(index + near)]
            return slice.reduce(0, +) / Double(slice.count)
        }
    }
}

extension Chart {
    /// Learning curves of several algorithms, with steps as 1k and 1M and a caption that says what
    /// line and band are.
    ///
    /// - Throws: `StatisticsError.noCommonSteps`.
    public static func learningCurves(
        _ curves: [LearningCurve], title: String, yLabel: String = "Return",
        center: LearningCurve.Center = .interquartileMean, points: Int = 200, window: Int = 1,
        bootstrap: StratifiedBootstrap = StratifiedBootstrap(resamples: 2_000),
        generator: Generator
    ) throws -> Chart {
        let series = try curves.map { curve in
            var own = generator.split(curve.name)
            return try curve.summary(
                center, points: points, window: window, bootstrap: bootstrap, using: &own)
        }
        let percent = AxisFormat.count(bootstrap.confidence * 100)
        let middle = center == .mean ? "mean" : "interquartile mean"
        let counts = Set(curves.map(\.runs.count)).sorted()
        let runs = counts.count == 1 ? "\(counts[0])" : "\(counts[0]) to \(counts.last ?? 0)"
        let word = counts == [1] ? "run" : "runs"
        let band = counts == [1] ? "" : "; band: \(percent) % bootstrap interval"
        var chart = Chart(
            title: title,
            caption: counts == [1] ? "One run." : "Line: \(middle) of \(runs) \(word)\(band).",
            xLabel: "Environment steps", yLabel: yLabel, series: series)
        chart.xFormat = .steps
        return chart
    }

    /// Performance profiles of several algorithms.
    public static func performanceProfiles(
        _ profiles: [(name: String, profile: PerformanceProfile)], title: String = "",
        xLabel: String = "Score τ", confidence: Double = 0.95
    ) -> Chart {
        var chart = Chart(
            title: title,
            caption: "Share of runs over all tasks that score above τ; band: "
                + "\(AxisFormat.count(confidence * 100)) % stratified bootstrap interval.",
            xLabel: xLabel, yLabel: "Share of runs with score > τ",
            series: profiles.map { name, profile in
                Series(
                    name, x: profile.thresholds, y: profile.shares.map(\.estimate),
                    low: profile.shares.map(\.low), high: profile.shares.map(\.high), steps: true)
            })
        chart.yRange = 0...1
        return chart
    }
}
