import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct HiddenMarkovSeriesTests {
    private func table(_ text: String, _ columns: [String]? = nil) throws -> SeriesTable {
        try SeriesTable(Data(text.utf8), file: "a.csv", columns: columns)
    }

    private func flows(times scale: Double = 1, plus shift: Double = 0) throws -> SeriesTable {
        try table(
            "year,flow\n"
                + nile.enumerated().map { "\(1871 + $0),\(shift + scale * $1)\n" }.joined())
    }

    private func value(_ analysis: SeriesAnalysis, _ name: String) throws -> ParameterEstimate {
        try #require(analysis.parameters.first { $0.name == name })
    }

    /// The best of 30 climbs of hmmlearn 0.3.3 (tol 1e-10, no priors on the covariances).
    @Test func `the Nile's two regimes agree with hmmlearn`() throws {
        var generator = Generator(seed: 0)
        let analysis = try HiddenMarkovSeriesModel(states: 2).analyze(
            flows(), using: &generator)
        #expect(analysis.converged && analysis.parameterCount == 7)
        #expect(abs(analysis.logLikelihood - -629.8044563906232) < 1e-6)
        #expect(abs(analysis.criteria.aic - 1273.6089127812463) < 1e-5)
        #expect(abs(analysis.criteria.bic - 1291.845104083163) < 1e-5)
        for (name, known) in [
            ("mean[0]", 850.7565366688847), ("mean[1]", 1097.1525241886384),
            ("variance[0]", 15486.89459409096), ("variance[1]", 17888.52165720802),
            ("transition[1,0]", 0.03592120525110171),
        ] {
            #expect(abs(try value(analysis, name).value / known - 1) < 1e-4, "\(name)")
        }
        #expect(try value(analysis, "transition[0,1]").standardError == nil)
        let path = try #require(analysis.path)
        #expect(abs(path.logProbability - -630.0572102044993) < 1e-5)
        #expect(path.states == Array(repeating: 1, count: 28) + Array(repeating: 0, count: 72))
    }

    @Test(arguments: HiddenMarkovSeriesModel.Covariance.allCases)
    func `units do not matter`(covariance: HiddenMarkovSeriesModel.Covariance) throws {
        var model = HiddenMarkovSeriesModel(states: 2)
        model.covariance = covariance
        var generator = Generator(seed: 0)
        let plain = try model.analyze(flows(), forecast: 3, using: &generator)
        let (scale, shift) = (1e-3, 5.0)
        let moved = try model.analyze(
            flows(times: scale, plus: shift), forecast: 3, using: &generator)
        #expect(
            abs(moved.logLikelihood - (plain.logLikelihood - 100 * log(scale))) < 1e-4)
        for (one, other) in zip(plain.parameters, moved.parameters) {
            let factor =
                one.name.hasPrefix("mean")
                ? scale : one.name.hasPrefix("var") || one.name.hasPrefix("cov") ? scale * scale : 1
            let offset = one.name.hasPrefix("mean") ? shift : 0
            #expect(one.name == other.name)
            #expect(
                abs(other.value - offset - factor * one.value) < 1e-4 * factor * abs(one.value)
                    + 1e-9)
            #expect((one.standardError == nil) == (other.standardError == nil))
            if let error = one.standardError, let second = other.standardError {
                #expect(abs(second / (factor * error) - 1) < 1e-2, "\(one.name)")
            }
        }
    }

    @Test func `one state is a normal law, and its interval that law's`() throws {
        var generator = Generator(seed: 0)
        let analysis = try HiddenMarkovSeriesModel(states: 1).analyze(
            flows(), method: .mle, forecast: 2, using: &generator)
        let mean = nile.reduce(0, +) / 100
        let variance = nile.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100
        #expect(abs(try value(analysis, "mean[0]").value / mean - 1) < 1e-9)
        #expect(abs(try value(analysis, "variance[0]").value / variance - 1) < 1e-6)
        let error = try #require(value(analysis, "mean[0]").standardError)
        #expect(abs(error / (variance / 100).squareRoot() - 1) < 1e-4)
        let forecast = try #require(analysis.forecast)
        #expect(forecast.labels == ["1971", "1972"])
        let half = 1.959963984540054 * variance.squareRoot()
        #expect(abs(forecast.upper[1, 0] - mean - half) < 1e-3)
        #expect(abs(forecast.lower[1, 0] - mean + half) < 1e-3)
    }

    @Test func `the interval of a mixture leaves a fortieth on either side`() throws {
        var generator = Generator(seed: 2)
        // Two far levels that change places: neither is certain after the last row.
        var (text, level) = ("x\n", 0.0)
        for _ in 0..<400 {
            if generator.uniform() < 0.3 { level = 6 - level }
            text += "\(level + generator.normal())\n"
        }
        let analysis = try HiddenMarkovSeriesModel(states: 2).analyze(
            table(text), forecast: 1, using: &generator)
        let forecast = try #require(analysis.forecast)
        let weights = try #require(forecast.states.probabilities).row(0)
        for (end, share) in [(forecast.lower[0, 0], 0.025), (forecast.upper[0, 0], 0.975)] {
            let below = try (0..<2).reduce(0.0) { sum, state in
                let center = try value(analysis, "mean[\(state)]").value
                let deviation = try value(analysis, "variance[\(state)]").value.squareRoot()
                return sum + weights[state] * erfc((center - end) / deviation / 2.squareRoot()) / 2
            }
            #expect(abs(below - share) < 1e-9)
        }
    }

    @Test func `gaps carry on, and what cannot be fitted is said`() throws {
        var generator = Generator(seed: 3)
        let gapped = try table(
            "t,x,y\n"
                + (0..<60).map { "\($0),\($0 % 7 == 3 ? "" : "\($0 % 5)"),\($0 % 3)\n" }.joined(),
            ["x", "y"])
        var model = HiddenMarkovSeriesModel(states: 2)
        model.covariance = .full
        let analysis = try model.analyze(gapped, using: &generator)
        #expect(analysis.logLikelihood.isFinite && analysis.observationCount == 60)
        #expect(analysis.smoothed.moments.names == ["x", "y"])
        for text in ["x\n1\n1\n1\n", "x\n1\n2\n"] {
            do {
                _ = try HiddenMarkovSeriesModel(states: 3).analyze(table(text), using: &generator)
                Issue.record("nothing was thrown")
            } catch SeriesError.unsuited(let file, _) {
                #expect(file == "a.csv")
            }
        }
    }
}
