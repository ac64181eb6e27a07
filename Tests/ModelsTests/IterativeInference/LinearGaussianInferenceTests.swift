import Foundation
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct LinearGaussianInferenceTests {
    @Test(arguments: [0, 1, 2])
    func `a trained inference comes close to the evidence in five iterations`(kind: Int) {
        var generator = Generator(seed: 11)
        let task = LinearGaussianAutoencoder(seed: 1, mixing: 0.02)
        let inference = [
            IterativeInference(
                size: 4, units: [48, 48], iterations: 5, update: .gated(kept: 0.9),
                bounds: .soft(-10...2), using: &generator),
            IterativeInference(
                size: 4, units: [48, 48], iterations: 5, update: .learnedSGD(),
                bounds: .hard(-10...2), using: &generator),
            IterativeInference(
                size: 4, units: [48, 48], iterations: 5, encoding: .errors(8),
                update: .gated(kept: 0.9), bounds: .soft(-10...2), using: &generator),
        ][kind]
        let begin = Date()
        task.train(
            inference, updates: 500, learningRate: 3e-3, using: &generator)
        let data = task.data(512, using: &generator)
        let found = inference.infer(
            from: task.prior(512), errors: kind == 2 ? { task.errors($0, of: data) } : nil
        ) { task.bound($0, of: data) }
        let gaps = (task.evidence(of: data) - found.objectives.to(.float64)).mean(axis: 1).doubles()
        print(kind, gaps, Date().timeIntervalSince(begin))
        #expect(gaps[5] < 0.05)
        #expect(gaps[5] < gaps[1])
    }
}
