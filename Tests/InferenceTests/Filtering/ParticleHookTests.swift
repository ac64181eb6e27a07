import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistOracles
import Testing

@Suite struct ParticleHookTests {
    /// A walk seen exactly to within 0.1: particles easily lose it.
    private struct Interval: ParticleModel {
        func sampleInitial(_ generator: inout Generator) -> Double { generator.uniform(0, 1) }
        func sampleTransition(
            _ state: Double, at context: StepContext<Double>, _ generator: inout Generator
        ) -> Double { state + (context.action ?? 0) * context.interval }
        func logEmission(
            _ observation: Double, state: Double, at context: StepContext<Double>
        ) -> Double { abs(observation - state) < 0.1 ? log(5) : -.infinity }
    }

    private func filter() -> ParticleFilter<Interval> {
        ParticleFilter(Interval(), count: 200, generator: Generator(seed: 2))
    }

    @Test func `depletion is an error that names the step`() throws {
        var filter = filter()
        let error = #expect(throws: FilteringError.self) { try filter.run([0.5, 0.5, 3]) }
        #expect(error == .particleDepletion(step: 2, particles: 200))
        #expect(
            error?.description.hasPrefix(
                "none of 200 particles can have emitted the observation at step 2; use") == true)
    }

    @Test func `reinvigoration replaces the particles`() throws {
        var filter = filter()
        filter.reinvigoration = { _, prediction, observation, context, generator in
            #expect(context.step == 2 && prediction.particles.count == 200)
            return ParticleBelief(
                prediction.particles.map { _ in observation + generator.uniform(-0.2, 0.2) })
        }
        let result = try filter.run([0.5, 0.5, 3])
        #expect(abs(result.beliefs[2].expectation { $0 } - 3) < 0.05)
        filter.reinvigoration = { _, prediction, _, _, _ in prediction }
        #expect(throws: FilteringError.particleDepletion(step: 2, particles: 200)) {
            try filter.run([0.5, 0.5, 3])
        }
    }

    @Test func `jitter moves resampled particles`() throws {
        var plain = filter()
        let copies = try plain.run([0.5, 0.5, 0.5]).beliefs[2].particles
        var jittered = filter()
        jittered.jitter = { state, generator in state += 0.01 * generator.normal() }
        let moved = try jittered.run([0.5, 0.5, 0.5]).beliefs[2].particles
        #expect(Set(copies).count < 100)
        #expect(Set(moved).count == 200)
    }

    @Test func `actions and intervals reach the transition`() throws {
        var filter = filter()
        let result = try filter.run(
            [0.5, nil, 2.5], actions: [1, 0.5], intervals: [1, 2])
        #expect(abs(result.beliefs[2].expectation { $0 } - 2.5) < 0.1)
    }

    @Test func `the effective sample size counts particles worth having`() {
        let equal = ParticleBelief<Interval>([0, 1, 2, 3])
        #expect(abs(equal.effectiveSampleSize - 4) < 1e-12)
        let belief = ParticleBelief<Interval>(
            [0, 1, 2, 3], logWeights: [7, 7, -.infinity, -.infinity])
        #expect(abs(belief.effectiveSampleSize - 2) < 1e-12)
        let moments = belief.moments { [$0, 2 * $0] }
        #expect(moments.mean == [0.5, 1])
        #expect((moments.covariance - Matrix([[0.25, 0.5], [0.5, 1]])).largestMagnitude < 1e-15)
    }
}
