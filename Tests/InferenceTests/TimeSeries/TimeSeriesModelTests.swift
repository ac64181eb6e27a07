import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

extension TimeSeriesModel {
    /// The series under given parameters, in the order of their names.
    fileprivate func fit(
        _ run: LinearGaussianSequence, at values: [Double]
    ) throws -> KalmanFilterResult {
        try structure.model(values: values).filter(run)
    }
}

@Suite struct TimeSeriesModelTests {
    private let sequence = LinearGaussianSequence(nile)

    @Test(arguments: TimeSeriesFit.Method.allCases)
    func `the Nile's variances and exact diffuse log likelihood`(
        method: TimeSeriesFit.Method
    ) throws {
        let fit = try TimeSeriesModel.localLevel.fit(sequence, method: method, forecast: 10)
        let observation = try #require(fit.parameters["observationVariance"])
        let level = try #require(fit.parameters["levelVariance"])
        #expect(fit.parameters.count == 2 && fit.converged)
        #expect(abs(observation.value / 15098.52 - 1) < 1e-5)
        #expect(abs(level.value / 1469.18 - 1) < 1e-5)
        #expect(abs(fit.logLikelihood + 632.5456251) < 1e-6)
        #expect(abs(fit.criteria.aic - (4 + 2 * 632.5456251)) < 1e-5)
        #expect(abs(fit.criteria.bic - (2 * log(100) + 2 * 632.5456251)) < 1e-5)
        // The inverse of the numerical Hessian of the filter's log likelihood.
        func value(_ a: Double, _ b: Double) throws -> Double {
            try nileModel(.exactDiffuse, observation: a, level: b).filter(sequence).logLikelihood
        }
        let (h, k) = (observation.value / 50, level.value / 50)
        let (a, b) = (observation.value, level.value)
        let center = try value(a, b)
        let aa = (try value(a + h, b) + value(a - h, b) - 2 * center) / (h * h)
        let bb = (try value(a, b + k) + value(a, b - k) - 2 * center) / (k * k)
        let ab =
            (try value(a + h, b + k) - value(a + h, b - k) - value(a - h, b + k)
                + value(a - h, b - k)) / (4 * h * k)
        let covariance = try LU(-Matrix([[aa, ab], [ab, bb]])).inverse()
        let errors = (0..<2).map { covariance[$0, $0].squareRoot() }
        #expect(abs(try #require(observation.standardError) / errors[0] - 1) < 0.01)
        #expect(abs(try #require(level.standardError) / errors[1] - 1) < 0.01)
        let forecast = try #require(fit.forecast)
        #expect(abs(forecast.observations.mean(at: 9)[0] - 798.37) < 0.01)
        let interval = fit.intervals()[0]
        let width = 2 * 1.959964 * (4031.9 + 1469.18 + 15098.52).squareRoot()
        #expect(abs(interval.upper - interval.lower - width) < 0.1)
    }

    @Test func `a trend and a velocity are found again`() throws {
        var random = RandomModels(seed: 41)
        for (model, values) in [
            (try TimeSeriesModel.localLinearTrend, [2.0, 0.5, 0.05]),
            (try TimeSeriesModel.constantVelocity, [2.0, 0.3]),
        ] {
            var truth = try model.structure.model(values: values)
            truth.initial = .predictive(
                GaussianMoments(mean: [10, 0.5], covariance: .identity(2)))
            let run = try truth.sample(steps: 200, using: &random.generator).sequence
            let fit = try model.fit(run, method: .mle)
            // Twice the gain over the truth is about chi-square with as many degrees of freedom as
            // parameters; with three 21.1 is exceeded once in 10,000.
            let gain = fit.logLikelihood - (try model.fit(run, at: values).logLikelihood)
            #expect(gain > 0 && 2 * gain < 21.1)
            #expect(Set(fit.parameters.keys) == Set(model.structure.parameterNames))
            #expect(fit.parameters.values.allSatisfy { $0.value > 0 })
            #expect(fit.undeterminedCount == 1 && fit.smoothed.count == 200)
        }
    }

    /// Annual means of atmospheric carbon dioxide at Mauna Loa in parts per million, 1958–2001, as
    /// other programs ship them; the numbers are those of statsmodels 0.15.0, whose log likelihood
    /// holds ½ log 2π less for each of the two flat states.
    @Test func `carbon dioxide agrees with statsmodels`() throws {
        let run = LinearGaussianSequence(carbonDioxide)
        let fixed = try TimeSeriesModel.localLinearTrend.structure.model(values: [0.05, 0.2, 0.01])
        let value = try fixed.filter(run).logLikelihood
        #expect(abs(value - (-37.67475799156521 + log(2 * .pi))) < 1e-9)
        // The best observation variance is zero, at the edge: there is no standard error there.
        let fit = try TimeSeriesModel.localLinearTrend.fit(run, method: .mle, forecast: 3)
        #expect(abs(fit.logLikelihood - (-36.92488185919356 + log(2 * .pi))) < 1e-5)
        let observation = try #require(fit.parameters["observationVariance"])
        #expect(observation.value < 1e-4 && observation.standardError == nil)
        let level = try #require(fit.parameters["levelVariance"]).value
        let slope = try #require(fit.parameters["slopeVariance"]).value
        #expect(abs(level / 0.2509984744 - 1) < 1e-2 && abs(slope / 0.0088554804 - 1) < 1e-2)
        let ahead = try #require(fit.forecast).observations
        #expect(abs(ahead.mean(at: 2)[0] - 375.60162186) < 1e-2)
        #expect(abs(ahead.variances(at: 2)[0] - 1.26330056) < 1e-2)
    }

    /// The numbers of statsmodels 0.15.0, whose log likelihood holds ½ log 2π less for each flat
    /// state; the model of constant velocity is written there as a state-space model of one's own.
    @Test func `gaps, a velocity and a slope at its bound agree with statsmodels`() throws {
        var gapped = nile.map { Optional($0) }
        for step in Array(20..<40) + Array(60..<80) { gapped[step] = nil }
        let level = try TimeSeriesModel.localLevel.fit(
            LinearGaussianSequence(gapped), method: .mle, forecast: 3)
        #expect(abs(level.logLikelihood - -380.00772912112063) < 1e-6)
        expect(level, "observationVariance", 17899.8423571, 3674.92866624)
        expect(level, "levelVariance", 685.821005, 564.94561338)
        #expect(abs(level.smoothed.mean(at: 0)[0] - 1102.47755861) < 1e-4)
        let ahead = try #require(level.forecast).observations
        #expect(abs(ahead.mean(at: 2)[0] - 829.38319406) < 1e-4)
        #expect(abs(ahead.variances(at: 2)[0] / 23136.7345762 - 1) < 1e-6)
        let velocity = try TimeSeriesModel.constantVelocity.fit(sequence, method: .em)
        #expect(abs(velocity.logLikelihood - -632.192272292175) < 1e-6)
        expect(velocity, "observationVariance", 1.89750355e+04, 2.79558694e+03)
        expect(velocity, "accelerationVariance", 1.62332166, 2.34156563)
        #expect(abs(velocity.filtered.mean(at: 99)[1] - -1.05964001) < 1e-5)
        // The best slope does not move: the errors are those of statsmodels with such a slope.
        let trend = try TimeSeriesModel.localLinearTrend.fit(sequence, method: .mle)
        #expect(abs(trend.logLikelihood - -629.8728120560681) < 1e-6)
        #expect(trend.parameters["slopeVariance"]?.standardError == nil)
        expect(trend, "observationVariance", 14678.01393488, 3172.49570832)
        expect(trend, "levelVariance", 1752.7709632, 1528.99822018)
        #expect(abs(trend.filtered.mean(at: 99)[1] - -3.41462436) < 1e-4)
    }

    private func expect(
        _ fit: TimeSeriesFit, _ name: String, _ value: Double, _ error: Double
    ) {
        guard let parameter = fit.parameters[name], let found = parameter.standardError else {
            Issue.record("\(name) has no standard error")
            return
        }
        #expect(abs(parameter.value / value - 1) < 1e-5, "\(name) \(parameter.value)")
        #expect(abs(found / error - 1) < 1e-3, "\(name) ± \(found)")
    }

    @Test func `too many numbers for the memory are refused before they are computed`() throws {
        let table = try SeriesTable(Data("t,x\n1,2\n2,3\n".utf8), file: "a.csv")
        let rows = 1 << 28
        let error = SeriesError.tooManyNumbers(
            file: "a.csv", rows: rows + 2, numbersPerRow: 12, limit: SeriesAnalysis.numberLimit)
        #expect(throws: error) {
            try TimeSeriesModel.localLevel.analyze(
                table, name: "local-level", method: .mle, forecast: rows)
        }
    }

    @Test func `a model in JSON equals the one in code`() throws {
        let text = """
            {"transition": [[1]], "transitionNoise": [["levelVariance"]], "emission": [[1]],
             "emissionNoise": [["observationVariance"]], "states": ["level"],
             "values": {"levelVariance": 1469.1, "observationVariance": 15099}}
            """
        let json = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        let model = try TimeSeriesModel(json: json)
        #expect(model.structure == (try TimeSeriesModel.localLevel.structure))
        let fit = try model.fit(sequence, method: nil)
        #expect(fit.parameters.isEmpty && abs(fit.logLikelihood + 632.5456251) < 1e-6)
        #expect(throws: LinearGaussianError.self) {
            try TimeSeriesModel.localLevel.fit(sequence, method: nil)
        }
    }

    @Test(arguments: [
        (#"{"transition": [[1]], "drift": 1}"#, "drift"),
        (
            #"{"transition": 3, "emission": [[1]], "emissionNoise": [[1]]}"#,
            "transition"
        ),
        (#"{"transition": [[true]]}"#, "transition[0][0]"),
        (
            #"{"transition":[[1]],"transitionNoise":[[1]],"emission":[[1]],"#
                + #""emissionNoise":[["v"]],"values":{"v":-1}}"#,
            "values.v"
        ),
        (
            #"{"transition":[[1]],"transitionNoise":[[1]],"emission":[[1]],"#
                + #""emissionNoise":[["v"]],"initial":"known"}"#,
            "initial"
        ),
        (
            #"{"initial":{"mean":[0],"covariance":[[1]],"time":1},"transition":[[1]]}"#,
            "initial.time"
        ),
        (#"{"initial":{"mean":[0],"variance":[[1]]}}"#, "initial.variance"),
        (#"{"transition":[[{"parameter":"v","times":2}]]}"#, "transition[0][0].times"),
    ])
    func `a bad model names its key`(text: String, key: String) throws {
        let json = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        do {
            _ = try TimeSeriesModel(json: json)
            Issue.record("nothing was thrown")
        } catch SeriesError.model(_, let found, _, _) {
            #expect(found == key)
        }
    }

    @Test func `an autoregression with a stationary law is fitted, its slope unconstrained`() throws
    {
        var random = RandomModels(seed: 42)
        let structure = try StructuredModel(
            initial: .stationary, transition: [[.parameter("slope")]],
            transitionNoise: [[.parameter("variance")]], emission: [[.number(1)]],
            emissionNoise: [[.number(0.1)]])
        let truth = try structure.model(values: [1, 0.7])
        let run = try truth.sample(steps: 300, using: &random.generator).sequence
        let fit = try TimeSeriesModel(structure: structure, stateNames: ["x"]).fit(
            run, method: .mle)
        let slope = try #require(fit.parameters["slope"])
        #expect(abs(slope.value - 0.7) < 4 * (try #require(slope.standardError)))
    }
}
