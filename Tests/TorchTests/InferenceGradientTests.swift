import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistTorch
import Testing

/// The hand-derived gradients of exact control and of hidden Markov models against automatic
/// differentiation of the same recursions, written with tensors.
@Suite struct InferenceGradientTests {
    private let laws: [[[Double]]] = [
        [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]], [[0.1, 0.8, 0.1], [0.5, 0, 0.5]],
        [[0, 0.3, 0.7], [0.2, 0.2, 0.6]],
    ]
    private let rewards = [0, -1, -0.5, -0.2, -2, 0]
    private let prior = [0.5, 0.5, 0.25, 0.75, 0.6, 0.4]
    private let start = [0.6, 0.3, 0.1]

    private func model() throws -> TabularModel {
        try TabularModel(
            dense: laws, rewards: [[0, -1], [-0.5, -0.2], [-2, 0]], start: start)
    }

    /// p(s′ | s, a), `[states, actions, next]`.
    private var dynamics: Tensor {
        Tensor(laws.flatMap { $0.flatMap { $0 } }, shape: [3, 2, 3])
    }

    /// A table `[states, actions]`.
    private func table(_ values: [Double]) -> Tensor { Tensor(values, shape: [3, 2]) }

    private func expect(_ found: Tensor, _ exact: [Double], _ tolerance: Double = 1e-10) {
        let difference = zip(found.doubles(), exact).map { abs($0 - $1) }.max()
        #expect(found.count == exact.count && difference! < tolerance)
    }

    /// log p(O) by the backward messages, differentiated through logarithms of sums.
    @Test func `evidence: derivatives by rewards and scale are posterior marginals`() throws {
        let scale = Tensor(0.7, type: .float64).requiringGradient()
        let reward = table(rewards).requiringGradient()
        var messages = Tensor.zeros([3], type: .float64)
        for step in 0..<4 {
            var pairs = scale * reward
            if step > 0 {
                // log E exp: impossible successors have probability 0 and drop out of the sum.
                pairs += (dynamics * messages.exp()).sum(axis: -1).log()
            }
            messages = (table(prior).log() + pairs).logSumExp(axis: -1)
        }
        let evidence = (Tensor(start).log() + messages).logSumExp(axis: 0)
        let found = gradients(of: evidence, withRespectTo: [reward, scale])
        let posterior = try ControlInference(model(), rewardScale: 0.7, prior: .table(prior))
            .infer(horizon: 4)
        #expect(abs(evidence.item() - posterior.logEvidence) < 1e-12)
        let visits = (0..<6).map { pair in
            (0..<4).reduce(0) { $0 + posterior.pairMarginals(step: $1)[pair] }
        }
        expect(found[0], visits.map { 0.7 * $0 })
        expect(found[1], [posterior.expectedReturn])
    }

    /// ρ · V* after so many sweeps that nothing moves any more.
    @Test func `soft value iteration: the derivative by a reward is the occupancy`() throws {
        let reward = table(rewards).requiringGradient()
        var values = Tensor.zeros([3], type: .float64)
        for _ in 0..<300 {
            let ahead = (dynamics * values).sum(axis: -1)
            values = (table(prior).log() + 1.4 * reward + 0.9 * ahead).logSumExp(axis: -1)
        }
        let bound = (Tensor(start) * values).sum()
        let found = gradients(of: bound, withRespectTo: [reward])[0]
        let program = try SoftDynamicProgramming(
            model(), rewardScale: 1.4, prior: .table(prior))
        let fine = SoftDynamicProgramming.Stopping(tolerance: 1e-12)
        let solution = try program.solve(discount: 0.9, stopping: fine)
        let visits = try program.occupancy(of: solution.policy, discount: 0.9)
        #expect(abs(bound.item() - solution.bound) < 1e-9)
        expect(found, (0..<6).map { 1.4 * visits[$0 / 2] * solution.policy[$0] }, 1e-9)
    }

    @Test func `the policy gradient, full and with local entropies`() throws {
        let program = try SoftDynamicProgramming(
            model(), rewardScale: 1.4, prior: .table(prior))
        let logits = (0..<3).map { step in (0..<6).map { sin(Double(5 * step + 2 * $0)) } }
        let leaves = logits.map { table($0).requiringGradient() }
        let logPolicies = leaves.map { $0 - $0.logSumExp(axis: -1, keepingDimensions: true) }
        let reward = 1.4 * table(rewards)
        // L(π), and beside it the action values of rewards alone.
        var (bound, plain) = (
            Tensor.zeros([3], type: .float64), Tensor.zeros([3], type: .float64)
        )
        var divergences: [Tensor] = []
        var rewardValues: [Tensor] = []
        for logPolicy in logPolicies.reversed() {
            let ratio = logPolicy - table(prior).log()
            let q = reward + (dynamics * bound).sum(axis: -1)
            bound = (logPolicy.exp() * (q - ratio)).sum(axis: -1)
            let alone = reward + (dynamics * plain).sum(axis: -1)
            plain = (logPolicy.exp() * alone).sum(axis: -1)
            divergences.insert((logPolicy.exp() * ratio).sum(axis: -1), at: 0)
            rewardValues.insert(alone.detached(), at: 0)
        }
        let full = gradients(
            of: (Tensor(start) * bound).sum(), withRespectTo: leaves, keepingGraph: true)
        for (found, exact) in zip(full, try program.gradient(logits: logits)) {
            expect(found, exact)
        }
        // Reward-to-go scores and the gradient of each step's own divergence.
        let policies = logits.map { program.policy(logits: $0) }
        let marginals = try program.stateMarginals(policies)
        var surrogate = Tensor(0, type: .float64)
        for step in 0..<3 {
            let here = (logPolicies[step].exp() * rewardValues[step]).sum(axis: -1)
            surrogate += (Tensor(marginals[step]) * (here - divergences[step])).sum()
        }
        let local = gradients(of: surrogate, withRespectTo: leaves)
        let form = try program.gradient(logits: logits, form: .localEntropy)
        for (found, exact) in zip(local, form) { expect(found, exact) }
    }

    /// The score of a hidden Markov model in its log odds: autograd through the filter.
    @Test func `hidden Markov models: Fisher's identity is the derivative of the filter`() throws {
        func law(_ seed: Int, _ count: Int) -> [Double] {
            let weights = (0..<count).map { 1.2 + sin(Double(seed * 7 + $0 * 3)) }
            return weights.map { $0 / weights.reduce(0, +) }
        }
        let initial = law(0, 3)
        let transitions = (0..<2).map { a in (0..<3).map { law(1 + 3 * a + $0, 3) } }
        let emissions = (0..<3).map { law(10 + $0, 4) }
        let hidden = try HiddenMarkovModel(
            states: DiscreteStateSpace(
                initial: initial, transitionsByAction: transitions.map { Matrix($0) }),
            emission: CategoricalEmission(Matrix(emissions)))
        let (symbols, actions): ([Int?], [Int]) = ([0, 3, nil, 1, 2, 2], [0, 1, 1, 0, 1])

        let rows = [initial] + transitions.flatMap { $0 } + emissions
        let leaves = rows.map { Tensor($0.map { log($0) }).requiringGradient() }
        let laws = leaves.map { ($0 - $0.logSumExp(axis: 0)).exp() }
        let emission = Tensor.stacked(Array(laws[7..<10]))
        var (belief, total) = (laws[0], Tensor(0, type: .float64))
        for (step, symbol) in symbols.enumerated() {
            if step > 0 {
                let first = 1 + 3 * actions[step - 1]
                belief = belief.matmul(Tensor.stacked(Array(laws[first..<first + 3])))
            }
            guard let symbol else { continue }
            let joint = belief * emission.select(axis: 1, symbol)
            total += joint.sum().log()
            belief = joint / joint.sum()
        }
        #expect(
            abs(total.item() - (try hidden.filter(symbols, actions: actions).logEvidence)) < 1e-12)
        // Log odds against the largest entry: the other entries' logits.
        let found = gradients(of: total, withRespectTo: leaves)
        let odds = zip(rows, found).flatMap { row, gradient in
            let largest = row.indices.max { row[$0] < row[$1] }!
            return gradient.doubles().enumerated().filter { $0.offset != largest }
                .map(\.element)
        }
        let exact = try hidden.gradient(of: [HiddenMarkovSequence(symbols, actions: actions)])
        expect(Tensor(odds), exact)
    }
}
