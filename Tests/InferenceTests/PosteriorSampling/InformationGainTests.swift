import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct InformationGainTests {
    @Test func `digamma meets its known values`() {
        let euler = 0.5772156649015329
        #expect(abs(digamma(1) + euler) < 1e-13)
        #expect(abs(digamma(0.5) + euler + 2 * log(2)) < 1e-13)
        #expect(abs(digamma(10) - (2.828968253968254 - euler)) < 1e-13)
        for x in [0.01, 0.3, 2.5, 40] {
            #expect(abs(digamma(x + 1) - digamma(x) - 1 / x) < 1e-12 / x)
        }
    }

    @Test func `the divergence of beta laws equals quadrature`() {
        let (left, right) = (DirichletLaw([3.5, 2]), DirichletLaw([1.5, 4]))
        let (count, steps) = (200_000, 1.0 / 200_000)
        var (divergence, entropy, mass) = (0.0, 0.0, 0.0)
        for index in 0..<count {
            let p = (Double(index) + 0.5) * steps
            let density = left.logDensity([p, 1 - p])
            mass += exp(density) * steps
            entropy -= exp(density) * density * steps
            divergence += exp(density) * (density - right.logDensity([p, 1 - p])) * steps
        }
        #expect(abs(mass - 1) < 1e-8)
        #expect(abs(left.divergence(from: right) - divergence) < 1e-7)
        #expect(abs((left.entropy ?? .nan) - entropy) < 1e-7)
        #expect(left.divergence(from: left) == 0)
    }

    @Test func `the gain of counts is the divergence after one more`() {
        let law = DirichletLaw([0.5, 2, 7, 1])
        var expected = 0.0
        for outcome in 0..<4 {
            let gain = law.informationGain(of: outcome)
            #expect(abs(gain - law.updated(outcome).divergence(from: law)) < 1e-12)
            expected += law.mean[outcome] * gain
        }
        #expect(abs(law.expectedInformationGain - expected) < 1e-14)
        // The mutual information H(mean) − E[H(p)], E[p log p] = mean (ψ(α + 1) − ψ(α_0 + 1)).
        var information = 0.0
        for (mean, count) in zip(law.mean, law.concentrations) {
            information += mean * (digamma(count + 1) - digamma(law.total + 1) - log(mean))
        }
        #expect(abs(law.expectedInformationGain - information) < 1e-13)
        // A coin of which nothing is known: log 2 − 1/2.
        #expect(abs(DirichletLaw([1, 1]).expectedInformationGain - (log(2) - 0.5)) < 1e-14)
        #expect(DirichletLaw([3]).expectedInformationGain == 0)
    }

    @Test func `what is left to learn of a model shrinks as data repeat`() {
        var posterior = TabularPosterior(states: 2, actions: 1)
        var last = posterior.expectedInformationGain(state: 0, action: 0)
        #expect(abs(last.transition - (log(2) - 0.5)) < 1e-14)
        #expect(abs(last.reward - 0.5 * log(2)) < 1e-14)
        for _ in 0..<200 {
            let told = posterior.informationGain(state: 0, action: 0, successor: .state(1))
            let before = posterior.transitionLaw(state: 0, action: 0)
            posterior.update(state: 0, action: 0, reward: 1, successor: .state(1))
            let after = posterior.transitionLaw(state: 0, action: 0)
            #expect(abs(after.divergence(from: before) - told) < 1e-11)
            let next = posterior.expectedInformationGain(state: 0, action: 0)
            #expect(next.transition < last.transition && next.reward < last.reward)
            last = next
        }
        #expect(last.transition < 0.005 && last.reward < 0.005)
        #expect(posterior.informationGain(state: 0, action: 0, successor: .unrecorded) == 0)
    }

    @Test func `the scalar divergence and the gain of a regression have their known values`() throws
    {
        let scalar = try GaussianMoments(mean: [0.1], covariance: Matrix([[0.81]]))
            .divergence(from: GaussianMoments(mean: [0], covariance: Matrix([[1]])))
        #expect(abs(scalar - 0.015361) < 5e-7)
        let regression = BayesianLinearRegression(
            mean: [0, 0], covariance: .identity(2), noiseVariance: 0.5)
        #expect(abs(regression.expectedInformationGain([1, 2]) - 1.198948) < 5e-7)
    }

    @Test func `what an observation tells a regression is the divergence of its laws`() throws {
        var regression = BayesianLinearRegression(
            mean: [0.3, -0.2], covariance: Matrix([[1, 0.4], [0.4, 2]]), noiseVariance: 0.5)
        var generator = Generator(seed: 1)
        var gains: [Double] = []
        for _ in 0..<20 {
            let input = [generator.normal(), generator.normal()]
            let before = GaussianMoments(
                mean: regression.mean, covariance: regression.covariance)
            let told = regression.update(input: input, output: generator.normal())
            let after = GaussianMoments(mean: regression.mean, covariance: regression.covariance)
            #expect(abs(told - (try after.divergence(from: before))) < 1e-10)
            gains.append(regression.expectedInformationGain([1, 2]))
        }
        for (before, after) in zip(gains, gains.dropFirst()) { #expect(after <= before + 1e-12) }
        // The mean over outcomes is the expected gain: outcomes at ±1 deviation have that mean.
        let (mean, variance) = regression.prediction([1, 2])
        let expected = regression.expectedInformationGain([1, 2])
        let told = [-1, 1].map { sign -> Double in
            var copy = regression
            return copy.update(input: [1, 2], output: mean + sign * variance.squareRoot())
        }
        #expect(abs((told[0] + told[1]) / 2 - expected) < 1e-12)
        // Repeating the same data, there is nothing left to tell.
        for _ in 0..<2_000 { regression.update(input: [1, 2], output: 0.7) }
        #expect(regression.expectedInformationGain([1, 2]) < 3e-4)
        let data = try JSONEncoder().encode(regression)
        #expect(try JSONDecoder().decode(BayesianLinearRegression.self, from: data) == regression)
    }

    @Test func `the regression equals its closed form`() throws {
        var regression = BayesianLinearRegression(
            mean: [0.5, 0], covariance: Matrix([[2, 0.3], [0.3, 1]]), noiseVariance: 0.25)
        var precision = try Cholesky(regression.covariance).solution(.identity(2))
        var information = precision * regression.mean
        var generator = Generator(seed: 2)
        for _ in 0..<10 {
            let (input, output) = ([generator.normal(), generator.normal()], generator.normal())
            regression.update(input: input, output: output)
            precision += 4 * Matrix.outer(input, input)
            information = zip(information, input).map { $0 + 4 * $1 * output }
        }
        let covariance = try Cholesky(precision).solution(.identity(2))
        #expect(distance(regression.covariance.elements, covariance.elements) < 1e-12)
        #expect(distance(regression.mean, covariance * information) < 1e-12)
    }
}
