import Foundation
import OptimistCore
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct BeliefInformationTests {
    /// A number z that never changes, seen through N(0, 1/4); an action moves nothing.
    private struct StaticContext: ObservingModel {
        func habit(at states: Tensor) -> Normal {
            Normal(mean: states, standardDeviation: 0.5, eventRank: 1)
        }

        func imagine(
            _ states: Tensor, doing actions: Tensor, measuringInformation information: Bool,
            using generator: inout Generator
        ) throws -> Imagined {
            let flat = states.squeezed(axis: 1)
            // Given the state before, which is the context, nothing is left to learn.
            return Imagined(
                states: states, logOptimality: flat, continuation: (flat .> 0).to(.float64),
                information: information ? Tensor.zeros(like: flat) : nil)
        }

        func value(of states: Tensor) -> Tensor? { states.squeezed(axis: 1) * 2 }

        func sampleObservation(
            at states: Tensor, using generator: inout Generator
        ) -> Tensor {
            states + Tensor.normal(states.shape, type: .float64, using: &generator) * 0.5
        }

        func pairwiseLogLikelihood(of observations: Tensor, at states: Tensor) -> Tensor {
            let distance = observations - states.squeezed(axis: 2).unsqueezed(axis: 1)
            return distance.square() * -2 - 0.5 * log(0.5 * Double.pi)
        }
    }

    private func belief(_ rows: Int, _ particles: Int, seed: UInt64 = 1) -> Tensor {
        var generator = Generator(seed: seed)
        return .normal([rows, particles, 1], type: .float64, using: &generator)
    }

    /// E of the estimate with so many particles, and its standard error.
    private func estimate(
        _ particles: Int, _ estimator: MutualInformation, rows: Int
    ) throws -> Estimate {
        var model = BeliefImagination(StaticContext(), particles: particles)
        model.estimator = estimator
        var generator = Generator(seed: 2)
        let imagined = try model.imagine(
            belief(rows, particles), doing: Tensor.zeros([rows, 1], type: .float64),
            measuringInformation: true, using: &generator)
        return Estimate(of: imagined.information!.doubles())
    }

    // Exact information: ½ log 5 = 0.804719.
    @Test(arguments: [
        (2, 0.3288, 4.0), (3, 0.4640, 2.1288), (5, 0.5849, 1.3558), (9, 0.6739, 1.0449),
        (17, 0.7310, 0.9148), (65, 0.7833, 0.8303),
    ])
    func `a belief's information is bounded from both sides, as the integrals say`(
        particles: Int, contrastive: Double, nested: Double
    ) throws {
        let rows = 400_000 / (particles * particles) + 1_000
        let low = try estimate(particles, .contrastive, rows: rows)
        #expect(low.standardError! < 0.02)
        #expect(abs(low.mean - contrastive) < 4 * low.standardError! + 5e-5)
        let high = try estimate(particles, .nested, rows: rows)
        #expect(abs(high.mean - nested) < 4 * high.standardError! + 5e-5)
        #expect(low.mean < 0.804719 && high.mean > 0.804719)
    }

    @Test func `what stays uncertain is worth knowing to a belief and nothing to a sample`() throws
    {
        let rows = Tensor([0.3, -0.1], shape: [2, 1])
        var generator = Generator(seed: 3)
        let single = try StaticContext().imagine(
            rows, doing: rows, measuringInformation: true, using: &generator)
        #expect(single.information!.doubles() == [0, 0])
        #expect(try estimate(17, .contrastive, rows: 200).mean > 0.5)
    }

    @Test func `a belief expects what its particles do on average`() throws {
        let states = belief(3, 4)
        let model = BeliefImagination(StaticContext(), particles: 4)
        var generator = Generator(seed: 4)
        let imagined = try model.imagine(
            states, doing: Tensor.zeros([3, 1], type: .float64), measuringInformation: false,
            using: &generator)
        let flat = states.squeezed(axis: 2)
        #expect(imagined.states.isClose(to: states))
        #expect(imagined.information == nil)
        #expect(imagined.logOptimality.isClose(to: flat.mean(axis: 1)))
        #expect(imagined.continuation!.isClose(to: (flat .> 0).to(.float64).mean(axis: 1)))
        #expect(model.value(of: states)!.isClose(to: flat.mean(axis: 1) * 2))
        let habit = model.habit(at: states)
        #expect(habit.mean.squeezed(axis: 1).isClose(to: flat.mean(axis: 1)))
        let spread = flat.variance(axis: 1, correction: 0) + 0.25
        #expect(habit.variance.squeezed(axis: 1).isClose(to: spread))
    }

    @Test func `planners plan in beliefs as in states`() throws {
        let model = BeliefImagination(StaticContext(), particles: 8)
        var generator = Generator(seed: 5)
        let found = try ImportanceWeighting().infer(
            in: model, from: belief(2, 8),
            toward: PlanningObjective(horizon: 2, informationWeight: 1), using: &generator)
        #expect(found.first.mean.shape == [2, 1])
        #expect(found.information!.min().item() > 0.05)
        #expect(found.information!.max().item() <= 2 * log(8))
    }

    @Test func `pooled categorical laws are their mixture`() {
        let law = Categorical(weights: Tensor([1.0, 0, 1, 1, 0, 3], shape: [3, 2]))
        let pooled = law.pooled(by: 3).probabilities.doubles()
        #expect(abs(pooled[0] - 0.5) < 1e-12)
        #expect(abs(pooled[1] - 0.5) < 1e-12)
    }
}
