import OptimistCore

/// A search along a line for a step that satisfies the strong Wolfe conditions: bracketing, then
/// zooming with safeguarded cubic interpolation (Nocedal and Wright, algorithms 3.5 and 3.6).
public struct WolfeLineSearch: Sendable, Equatable {
    /// c₁: the share of the promised decrease that a step must bring.
    public var decrease: Double
    /// c₂: the share of the slope that may remain.
    public var curvature: Double
    /// The most calls of the function in one search.
    public var evaluationLimit: Int

    /// A line search with its settings, 0 < decrease < curvature < 1.
    public init(decrease: Double = 1e-4, curvature: Double = 0.9, evaluationLimit: Int = 40) {
        if !(0 < decrease && decrease < curvature && curvature < 1) {
            fail("WolfeLineSearch", "decrease \(decrease), curvature \(curvature)")
        }
        self.decrease = decrease
        self.curvature = curvature
        self.evaluationLimit = evaluationLimit
    }

    /// A step with the value and slope there.
    private struct Trial {
        var step: Double
        var value: Double
        var slope: Double
    }

    /// Writes the point that was found; false if there is none within the evaluations allowed.
    func search(
        from here: LinePoint, along direction: [Double], firstStep: Double,
        into there: inout LinePoint, evaluations: inout Int,
        _ function: ([Double], inout [Double]) throws -> Double
    ) rethrows -> Bool {
        let start = Trial(step: 0, value: here.value, slope: dot(here.gradient, direction))
        if !(start.slope < 0) { return false }
        // Near a minimum differences of values drown in rounding; the slack lets the slope decide
        // (the approximate Wolfe conditions of Hager and Zhang, 2005).
        let slack = 1e-12 * abs(here.value)
        func evaluate(_ step: Double) throws -> Trial {
            for i in direction.indices { there.point[i] = here.point[i] + step * direction[i] }
            there.value = try function(there.point, &there.gradient)
            evaluations += 1
            if !there.isFinite { return Trial(step: step, value: .infinity, slope: .nan) }
            return Trial(
                step: step, value: there.value, slope: dot(there.gradient, direction))
        }
        func isTooHigh(_ trial: Trial) -> Bool {
            trial.value > start.value + decrease * trial.step * start.slope + slack
        }
        func isFlat(_ trial: Trial) -> Bool { abs(trial.slope) <= -curvature * start.slope }

        var (low, high) = (start, start)
        var (step, isBracketed) = (firstStep, false)
        for _ in 0..<evaluationLimit {
            let trial = try evaluate(step)
            if isTooHigh(trial) || (low.step > 0 || isBracketed) && trial.value >= low.value + slack
            {
                high = trial
                isBracketed = true
            } else {
                if isFlat(trial) { return true }
                let turnsBack =
                    isBracketed
                    ? trial.slope * (high.step - low.step) >= 0 : trial.slope >= 0
                if turnsBack {
                    high = low
                    isBracketed = true
                }
                low = trial
            }
            step = isBracketed ? interpolate(low, high) : 2 * step
            if !step.isFinite || step == low.step || step == high.step { return false }
        }
        return false
    }

    /// The minimum of the cubic through both ends, kept away from them by a tenth of the interval;
    /// the middle where one end is not finite.
    private func interpolate(_ low: Trial, _ high: Trial) -> Double {
        let width = high.step - low.step
        guard high.value.isFinite, high.slope.isFinite else { return low.step + width / 2 }
        let d1 = low.slope + high.slope - 3 * (low.value - high.value) / (low.step - high.step)
        let radicand = d1 * d1 - low.slope * high.slope
        guard radicand >= 0 else { return low.step + width / 2 }
        let d2 = (width < 0 ? -1 : 1) * radicand.squareRoot()
        let share = 1 - (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2)
        guard share.isFinite else { return low.step + width / 2 }
        return low.step + width * min(max(share, 0.1), 0.9)
    }
}
