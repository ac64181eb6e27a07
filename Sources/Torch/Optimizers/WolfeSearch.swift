import OptimistCore

/// A point on the line: step size, loss, slope, and where it is.
private struct Trial {
    var size: Double
    var loss: Double
    var slope: Double
    var point: LBFGSPoint
}

/// A point along a direction of descent that meets the strong Wolfe conditions (Nocedal and
/// Wright, 2006, algorithms 3.5 and 3.6), the best one found where none does, nil where no step
/// makes the loss smaller.
func wolfeSearch(
    from start: LBFGSPoint, along direction: Tensor, slope: Double, first: Double,
    _ evaluate: (Tensor) -> LBFGSPoint
) -> LBFGSPoint? {
    let decrease = 1e-4
    let curvature = 0.9
    var best: LBFGSPoint?
    func attempt(_ size: Double) -> Trial {
        let point = evaluate(start.position + direction * size)
        if point.loss < best?.loss ?? start.loss { best = point }
        let along = (point.gradient * direction).sum().item()
        // A loss that is not a number counts as infinitely large, so that the step shrinks.
        let loss = point.loss.isNaN || along.isNaN ? Double.infinity : point.loss
        return Trial(size: size, loss: loss, slope: along, point: point)
    }
    func isTooHigh(_ trial: Trial) -> Bool {
        trial.loss > start.loss + decrease * trial.size * slope
    }
    func isFlat(_ trial: Trial) -> Bool { Swift.abs(trial.slope) <= -curvature * slope }

    func zoom(_ lowest: Trial, _ other: Trial) -> LBFGSPoint? {
        var (low, high) = (lowest, other)
        for _ in 0..<25 where Swift.abs(high.size - low.size) > 1e-16 * low.size {
            let trial = attempt(minimizer(low, high))
            if isTooHigh(trial) || trial.loss >= low.loss {
                high = trial
            } else {
                if isFlat(trial) { return trial.point }
                if trial.slope * (high.size - low.size) >= 0 { high = low }
                low = trial
            }
        }
        return best
    }

    var previous = Trial(size: 0, loss: start.loss, slope: slope, point: start)
    var size = first
    for round in 0..<25 {
        let trial = attempt(size)
        if isTooHigh(trial) || (round > 0 && trial.loss >= previous.loss) {
            return zoom(previous, trial)
        }
        if isFlat(trial) { return trial.point }
        if trial.slope >= 0 { return zoom(trial, previous) }
        previous = trial
        size *= 2
    }
    return best
}

// The minimizer of the cubic through two points with their slopes, kept away from the ends;
// the middle where there is none.
private func minimizer(_ a: Trial, _ b: Trial) -> Double {
    let middle = (a.size + b.size) / 2
    guard a.loss.isFinite && b.loss.isFinite && b.slope.isFinite else { return middle }
    let d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.size - b.size)
    let square = d1 * d1 - a.slope * b.slope
    guard square >= 0 else { return middle }
    let d2 = square.squareRoot() * (b.size < a.size ? -1 : 1)
    let size = b.size - (b.size - a.size) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
    let margin = 0.1 * Swift.abs(b.size - a.size)
    let low = Swift.min(a.size, b.size) + margin
    let high = Swift.max(a.size, b.size) - margin
    return size.isFinite ? Swift.min(Swift.max(size, low), high) : middle
}
