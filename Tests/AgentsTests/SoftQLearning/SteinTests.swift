import Foundation
import OptimistAgents
import OptimistCore
import OptimistModels
import OptimistTorch
import Testing

@Suite struct SteinTests {
    // Q = −5 |a|² on [−1, 1]: log E exp Q = −0.927068 for each number. The means of the estimate are
    // given with errors of 1e-4 and 1e-3 for 1 and 8 numbers.
    @Test(arguments: [
        (1, 16, -0.9532, 1e-4), (1, 64, -0.9334, 1e-4), (8, 16, -8.687, 1e-3),
        (8, 64, -7.919, 1e-3),
    ])
    func `the estimate of a soft value is low, and less so with more particles`(
        width: Int, particles: Int, mean: Double, error: Double
    ) {
        var generator = Generator(seed: UInt64(width * particles))
        var (sum, squares, count) = (0.0, 0.0, 0)
        let rows = 400_000 / particles
        for _ in 0..<4 {
            let proposals = Tensor.uniform(
                [rows, particles, width], from: -1, to: 1, using: &generator)
            let values = proposals.square().sum(axis: 2) * -5
            let prior = PolicyPrior.uniform.logDensity(
                proposals, .continuous(width: width, isBounded: true))
            let estimates = SoftValueEstimate.value(
                actionValues: values, logPrior: prior, width: width
            ).to(.float64)
            sum += estimates.sum().item()
            squares += estimates.square().sum().item()
            count += rows
        }
        let found = sum / Double(count)
        let deviation = (squares / Double(count) - found * found).squareRoot()
        let tolerance = 4 * deviation / Double(count).squareRoot() + error
        #expect(abs(found - mean) < tolerance)
        #expect(found < -0.927068 * Double(width))
    }

    /// Proposals that are spread evenly over the interval make the integral: log E exp(−5 a²).
    @Test func `without chance the estimate is the soft value`() {
        let count = 10_000
        let places = (0..<count).map { -1 + (2 * Double($0) + 1) / Double(count) }
        let proposals = Tensor(places, shape: [1, count, 1])
        let prior = PolicyPrior.uniform.logDensity(
            proposals, .continuous(width: 1, isBounded: true))
        let value = SoftValueEstimate.value(
            actionValues: proposals.square().sum(axis: 2) * -5, logPrior: prior, width: 1
        ).item()
        #expect(abs(value - -0.927068) < 5e-7)
        // Numbers of an action that do not act together add up.
        #expect(abs(8 * value - -7.416543) < 5e-7)
    }

    @Test func `Lebesgue measure adds the volume`() {
        let values = Tensor([1.0, 2, 3, 4], shape: [2, 2])
        let kind = ActionKind.continuous(width: 3, isBounded: true)
        let actions = Tensor.zeros([2, 2, 3], type: .float64)
        func value(_ prior: PolicyPrior) -> [Double] {
            SoftValueEstimate.value(
                actionValues: values, logPrior: prior.logDensity(actions, kind), width: 3
            ).doubles()
        }
        for (low, high) in zip(value(.uniform), value(.lebesgue)) {
            #expect(abs(high - low - 3 * log(2)) < 1e-6)
        }
    }

    @Test func `one fixed particle makes it gradient ascent`() {
        var generator = Generator(seed: 1)
        let fixed = Tensor.normal([4, 1, 3], type: .float64, using: &generator)
        let updated = Tensor.normal([4, 5, 3], type: .float64, using: &generator)
        let score = Tensor.normal([4, 1, 3], type: .float64, using: &generator)
        let direction = SteinDirection.direction(fixed: fixed, updated: updated, score: score)
        #expect((direction - score).abs().max().item() == 0)
    }

    // N(1, 0.5²): 32 particles settle at mean 1 and population deviation 0.477, below 0.5.
    @Test(arguments: [1, 2] as [UInt64])
    func `particles settle on a normal law, a little too close`(seed: UInt64) {
        var generator = Generator(seed: seed)
        var points = Tensor.normal([1, 32, 1], type: .float64, using: &generator)
        for _ in 0..<2_000 {
            let score = (points - 1) * -4
            points =
                points
                + SteinDirection.direction(fixed: points, updated: points, score: score) * 0.05
        }
        let values = points.doubles()
        let mean = values.reduce(0, +) / 32
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 32).squareRoot()
        #expect(abs(mean - 1) < 0.001)
        #expect(abs(deviation - 0.477) < 0.003)
    }

    @Test func `the direction is the kernel's gradient, and repels`() {
        var generator = Generator(seed: 2)
        let fixed = Tensor.normal([1, 6, 2], type: .float64, using: &generator)
        let moved = Tensor.normal([1, 3, 2], type: .float64, using: &generator)
        let score = Tensor.normal([1, 6, 2], type: .float64, using: &generator)
        let found = SteinDirection.direction(fixed: fixed, updated: moved, score: score)
        let bandwidth = SteinDirection.bandwidth(
            SteinDirection.squaredDistances(fixed: fixed, updated: moved), fixed: 6
        ).item()
        let (others, points) = (fixed.doubles(), moved.doubles())
        func kernel(_ x: [Double], _ y: [Double]) -> Double {
            exp(-zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / bandwidth)
        }
        for index in 0..<3 {
            let point = Array(points[2 * index..<2 * index + 2])
            var direction = [0.0, 0.0]
            for other in 0..<6 {
                let place = Array(others[2 * other..<2 * other + 2])
                for axis in 0..<2 {
                    var (left, right) = (place, place)
                    left[axis] -= 1e-5
                    right[axis] += 1e-5
                    let slope = (kernel(right, point) - kernel(left, point)) / 2e-5
                    // The kernel grows where the other comes nearer: the point is pushed away.
                    #expect(slope * (point[axis] - place[axis]) >= 0)
                    direction[axis] +=
                        (kernel(place, point) * score[0, other, axis].item() + slope) / 6
                }
            }
            for axis in 0..<2 {
                #expect(abs(found[0, index, axis].item() - direction[axis]) < 1e-8)
            }
        }
    }

    @Test func `the score is the gradient of the density before tanh`() {
        var generator = Generator(seed: 3)
        for prior in [PolicyPrior.uniform, .lebesgue, .gaussian(deviation: 0.7)] {
            let points = Tensor.normal([5, 2], type: .float64, using: &generator)
                .requiringGradient()
            let actions = points.tanh()
            let kind = ActionKind.continuous(width: 2, isBounded: true)
            let bend = ((points * 2).logSigmoid() - points + log(2)) * 2
            let value = (actions * 3).sin().sum() + bend.sum()
            let density =
                prior.constant(kind) == nil ? value + prior.logDensity(actions, kind).sum() : value
            let expected = gradients(of: density, withRespectTo: [points])[0]
            let fixed = actions.detached()
            let found = SquashedScore.score(
                actions: fixed, slope: (fixed * 3).cos() * 3, prior: prior)
            #expect((found - expected).abs().max().item() < 1e-12)
        }
    }

    /// With Q = 0 the posterior is uniform; moving in action space instead would give density ∝ 1 − a².
    @Test func `without a value squashed particles are uniform`() {
        var generator = Generator(seed: 4)
        let count = 64
        var points = Tensor.normal([16, count, 1], type: .float64, using: &generator)
        for _ in 0..<300 {
            let actions = points.tanh()
            let score = SquashedScore.score(
                actions: actions, slope: Tensor.zeros(like: actions), prior: .uniform)
            points =
                points
                + SteinDirection.direction(fixed: points, updated: points, score: score) * 0.3
        }
        var counts = [Double](repeating: 0, count: 8)
        for action in points.tanh().doubles() { counts[min(7, Int((action + 1) * 4))] += 1 }
        let expected = Double(16 * count) / 8
        let statistic = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
        // 1 in 1,000 of chi-square with 7 degrees. Density ∝ 1 − a² would leave 44 of 128 in each of
        // the outermost eighths.
        #expect(statistic < 24.3, "\(counts)")
    }
}
