import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// Weights of actions by their advantages, for policies that are fitted to weighted actions.
public enum AdvantageWeights {
    /// The expectation step of V-MPO (Song et al. 2019, arXiv 1909.12238): of the steps of a batch the
    /// better part is kept and weighed by the softmax of A / η.
    public struct TopShare: Sendable, Equatable {
        /// One number a step, summing to 1; 0 for those left out.
        public let weights: [Double]
        /// η (ε + log mean exp(A / η)) over the steps kept.
        public let temperatureLoss: Double
        /// dLoss/dη = ε − KL(weights ‖ equal ones): negative where η should grow.
        public let temperatureSlope: Double

        /// Weighs the steps of a batch.
        ///
        /// - Parameters:
        ///   - advantages: A, `[steps]`.
        ///   - isValid: false for padding, which is never kept; nil if there is none.
        ///   - temperature: η, positive, in the unit of the advantages.
        ///   - maximumDivergence: ε in nats.
        ///   - share: which share of the valid steps is kept, rounded up; of equals the earlier.
        public init(
            advantages: [Double], isValid: [Bool]? = nil, temperature: Double,
            maximumDivergence: Double, share: Double = 0.5
        ) {
            let valid = advantages.indices.filter { isValid?[$0] ?? true }
            if !(temperature > 0) || !(share > 0 && share <= 1) || valid.isEmpty
                || isValid.map({ $0.count != advantages.count }) ?? false
            {
                fail(
                    "AdvantageWeights.TopShare",
                    "temperature \(temperature), share \(share), \(valid.count) valid steps of "
                        + "\(advantages.count)")
            }
            let order = valid.sorted { (-advantages[$0], $0) < (-advantages[$1], $1) }
            let kept = order.prefix(Int((share * Double(valid.count)).rounded(.up)))
            var law = kept.map { advantages[$0] / temperature }
            let logMean = logMeanExp(law)
            let ratios = law
            normalizeLogWeights(&law)
            var weights = Array(repeating: 0.0, count: advantages.count)
            for (step, weight) in zip(kept, law) { weights[step] = weight }
            self.weights = weights
            temperatureLoss = temperature * (maximumDivergence + logMean)
            temperatureSlope = maximumDivergence + logMean - dot(law, ratios)
        }
    }

    /// min(exp(A / τ), largest) of each step: advantage-weighted regression (Peng et al. 2019, arXiv
    /// 1910.00177). All tend to 1 as τ grows, which is behavior cloning.
    ///
    /// - Parameters:
    ///   - advantages: A, `[steps]`, in reward units.
    ///   - temperature: τ, positive, in reward units.
    ///   - largest: what the weights are clipped at.
    public static func clippedExponentials(
        _ advantages: [Double], temperature: Double, largest: Double = 20
    ) -> [Double] {
        if !(temperature > 0) || !(largest > 0) {
            fail(
                "AdvantageWeights.clippedExponentials",
                "temperature \(temperature), largest weight \(largest)")
        }
        return advantages.map { min(exp($0 / temperature), largest) }
    }
}

extension SoftDynamicProgramming {
    /// The policy that weighted regression fits to endless data of a behavior in a table:
    /// π(a | s) ∝ behavior(a | s) · min(exp(A(s, a) / τ), largest), `[pairs]`.
    ///
    /// - Parameters:
    ///   - behavior: what the data were collected with, `[pairs]`.
    ///   - discount: γ, of the advantages of the behavior.
    ///   - temperature: τ, in reward units.
    ///   - largestWeight: what the weights are clipped at.
    /// - Throws: `DynamicProgrammingError`.
    public func advantageWeightedRegression(
        of behavior: [Double], discount: Double, temperature: Double, largestWeight: Double = 20
    ) throws(DynamicProgrammingError) -> [Double] {
        let program = rewardProgram
        let values = try program.evaluate(behavior, discount: discount)
        let q = program.bellman(discount).actionValues(values, base: model.rewards)
        var result = behavior
        for state in 0..<pairs.states {
            let range = pairs.range(of: state)
            let weights = AdvantageWeights.clippedExponentials(
                range.map { q[$0] - values[state] }, temperature: temperature,
                largest: largestWeight)
            let total = zip(range, weights).reduce(0) { $0 + behavior[$1.0] * $1.1 }
            for (pair, weight) in zip(range, weights) {
                result[pair] = behavior[pair] * weight / total
            }
        }
        return result
    }
}
