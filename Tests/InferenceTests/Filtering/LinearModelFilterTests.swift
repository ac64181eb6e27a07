import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistOracles
import Testing

/// On a linear model every Gaussian filter is the Kalman filter.
@Suite struct LinearModelFilterTests {
    private let transition: Matrix = [[0.9, 0.2, 0], [-0.1, 0.8, 0.3], [0, 0.1, 0.7]]
    private let input: Matrix = [[0.5], [0], [1]]
    private let emission: Matrix = [[1, 0, 0.5], [0, 1, -1]]
    private let transitionNoise: Matrix = [[0.3, 0.1, 0], [0.1, 0.2, 0], [0, 0, 0.1]]
    private let emissionNoise: Matrix = [[0.4, 0.1], [0.1, 0.5]]
    private let initial = GaussianMoments(
        mean: [1, -1, 0.5], covariance: .diagonal([1, 2, 0.5]))
    private let actions = (0..<12).map { [sin(Double($0))] }
    private let intervals = (0..<11).map { 0.5 + Double($0 % 3) }

    /// The model scales noise and input with the interval.
    private var model: NonlinearGaussianModel {
        let (transition, input, noise) = (transition, input, transitionNoise)
        return NonlinearGaussianModel(
            initial: initial,
            transition: SmoothFunction { state, at in
                (0..<3).map { i in
                    (0..<3).reduce(Dual(at.interval * input[i, 0] * at.action![0])) {
                        $0 + transition[i, $1] * state[$1]
                    }
                }
            }, transitionNoise: { $0.interval * noise }, emission: .linear(emission),
            emissionNoise: { [emissionNoise] _ in emissionNoise })
    }

    private var oracle: KalmanOracle {
        KalmanOracle(
            initial: initial, transition: { [transition] _ in transition },
            offset: { [input, actions, intervals] step in
                let interval = step < intervals.count ? intervals[step] : 1
                return (input * actions[step]).map { interval * $0 }
            },
            transitionNoise: { [transitionNoise, intervals] step in
                (step < intervals.count ? intervals[step] : 1) * transitionNoise
            }, emission: emission, emissionNoise: emissionNoise)
    }

    private var observations: [[Double]?] {
        var generator = Generator(seed: 5)
        return (0..<12).map { step in
            step == 4 || step == 9 ? nil : [generator.normal(), 2 * generator.normal()]
        }
    }

    private func check<Filter: GaussianFilter>(
        _ filter: Filter, tolerance: Double = 1e-9
    ) throws where Filter.Observation == [Double] {
        var filter = filter
        let expected = try oracle.run(observations)
        let result = try filter.run(
            observations, actions: actions, intervals: intervals)
        #expect(relativeDistance(result.predictions, expected.predictions) < tolerance)
        #expect(relativeDistance(result.beliefs, expected.beliefs) < tolerance)
        for (found, known) in zip(result.logLikelihoods, expected.logLikelihoods) {
            #expect(abs(found - known) < tolerance * max(1, abs(known)))
        }
        let smoothing = try filter.smooth(result, actions: actions, intervals: intervals)
        #expect(relativeDistance(smoothing.beliefs, expected.smoothed) < tolerance)
        for (found, known) in zip(smoothing.crossCovariances, expected.crosses) {
            #expect((found - known).largestMagnitude < tolerance)
        }
    }

    @Test(arguments: [1, 2, 7])
    func `the extended filter, iterated or not`(iterations: Int) throws {
        try check(ExtendedKalmanFilter(model, iterations: iterations))
    }

    @Test(arguments: [
        SigmaPoints.cubature, SigmaPoints(alpha: 1, beta: 0, kappa: 2),
        SigmaPoints(alpha: 0.5, beta: 2, kappa: 1), SigmaPoints(alpha: 1.7, beta: 2, kappa: 1),
    ])
    func `the unscented filter with any points`(points: SigmaPoints) throws {
        try check(UnscentedKalmanFilter(model, points: points))
    }

    @Test func `tiny alpha loses digits to its huge weights but not more`() throws {
        try check(
            UnscentedKalmanFilter(model, points: SigmaPoints(alpha: 1e-3, beta: 2, kappa: 0)),
            tolerance: 1e-7)
    }

    @Test func `a partial observation is that of the model without the missing rows`() throws {
        let partial: [[Double]?] = [
            [0.3, .nan], [.nan, 1.2], [.nan, .nan], [0.1, 0.2],
        ]
        func reduced(_ row: Int) -> NonlinearGaussianModel {
            NonlinearGaussianModel(
                initial: initial, transition: .linear(transition),
                transitionNoise: transitionNoise, emission: .linear([emission.row(row)]),
                emissionNoise: [[emissionNoise[row, row]]])
        }
        let full = NonlinearGaussianModel(
            initial: initial, transition: .linear(transition), transitionNoise: transitionNoise,
            emission: .linear(emission), emissionNoise: emissionNoise)
        var extended = ExtendedKalmanFilter(full)
        let result = try extended.run(partial)
        var unscented = UnscentedKalmanFilter(full)
        #expect(
            relativeDistance(try unscented.run(partial).beliefs, result.beliefs) < 1e-12)
        var first = ExtendedKalmanFilter(reduced(0))
        let alone = try first.run([[0.3]])
        #expect(relativeDistance(alone.beliefs, [result.beliefs[0]]) < 1e-14)
        #expect(abs(alone.logEvidence - result.logLikelihoods[0]) < 1e-14)
        let second = ExtendedKalmanFilter(reduced(1))
        let after = try second.update(
            result.predictions[1], observation: [1.2], action: nil, step: 1)
        #expect(relativeDistance([after.belief], [result.beliefs[1]]) < 1e-14)
        #expect(abs(after.logLikelihood - result.logLikelihoods[1]) < 1e-14)
        #expect(result.logLikelihoods[2] == 0 && result.beliefs[2] == result.predictions[2])
    }

    @Test func `missing observations then an update equal a forecast then an update`() throws {
        var filter = ExtendedKalmanFilter(model)
        let result = try filter.run(
            [[0.3, 0.1], nil, nil, [0.5, -1]], actions: Array(actions[0..<4]))
        let ahead = try filter.forecast(
            from: result.beliefs[0], step: 0, count: 3, actions: Array(actions[0..<3]))
        #expect(ahead == Array(result.predictions[1...]))
        let updated = try filter.update(
            ahead[2], observation: [0.5, -1], action: nil, step: 3)
        #expect(updated.belief == result.beliefs[3])
    }

    @Test func `a filter that finds no covariance names the step`() throws {
        var broken = ExtendedKalmanFilter(
            NonlinearGaussianModel(
                initial: GaussianMoments(mean: 0, variance: 1), transition: .linear([[1]]),
                transitionNoise: [[-3]], emission: .linear([[1]]), emissionNoise: [[1]]))
        let error = #expect(throws: FilteringError.self) { try broken.run([[0], [0], [0]]) }
        #expect(error == .notPositiveDefinite(.innovation, step: 1))
        #expect(error?.description.contains("at step 1 is not positive definite") == true)
        #expect(throws: FilteringError.observationSize(step: 0, found: 2, expected: 1)) {
            try broken.run([[0, 1]])
        }
    }
}
