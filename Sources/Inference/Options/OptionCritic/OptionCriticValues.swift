import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// The policy over options μ(o | s), which chooses when an option has ended.
public enum OptionSelection: Sendable, Equatable {
    /// The option of the largest value.
    case greedy
    /// A law of its own, `[states, options]`.
    case table([Double])

    /// Every option alike.
    public static func uniform(states: Int, options: Int) -> OptionSelection {
        .table(Array(repeating: 1 / Double(options), count: states * options))
    }
}

/// The exact values of a policy with options that are called and return (Bacon, Harb and Precup
/// 2017, arXiv 1609.05140), in reward units:
///
///     Q(s, o) = Σ_a π(a | s, o) Q_U(s, o, a)
///     Q_U(s, o, a) = r(s, a) + γ Σ p(s′ | s, a) U(s′, o)
///     U(s′, o) = (1 − β(s′, o)) Q(s′, o) + β(s′, o) (V(s′) − η)
///     V(s) = Σ_o μ(o | s) Q(s, o), or the largest of them
///
/// The termination β is one minus the continuation of the option policy, μ stands in the place of
/// its selectors. η is the deliberation cost (Harb et al. 2018, arXiv 1709.04571). There is no end
/// but terminal states, which are worth 0.
public struct OptionCriticValues: Sendable {
    /// The model.
    public let model: TabularModel
    /// The options and when they end.
    public let policy: OptionPolicy
    /// γ.
    public let discount: Double
    /// η, what it costs to end an option, in reward units.
    public let deliberationCost: Double
    /// μ(o | s), `[states, options]`; of greedy selection the first of the best.
    public let selection: [Double]
    /// Q(s, o), `[states, options]`.
    public let optionValues: [Double]
    /// Q_U(s, o, a), `[options][pairs]`.
    public let actionValues: [[Double]]
    /// U(s, o), what it is worth to arrive with an option, `[states, options]`.
    public let arrivalValues: [Double]
    /// V(s), `[states]`.
    public let values: [Double]

    /// β(s, o), `[states, options]`.
    public var termination: [Double] { policy.logStop.map { exp($0) } }

    /// Solves for the values; greedy selection by policy iteration.
    ///
    /// - Parameters:
    ///   - model: the model.
    ///   - policy: the options and their continuation; its selectors play no part.
    ///   - selection: μ(o | s).
    ///   - discount: γ in 0..<1.
    ///   - deliberationCost: η, in reward units.
    /// - Throws: `DynamicProgrammingError.notFinite`.
    public init(
        _ model: TabularModel, policy: OptionPolicy, selection: OptionSelection, discount: Double,
        deliberationCost: Double = 0
    ) throws(DynamicProgrammingError) {
        let count = model.states * policy.options
        if !(0..<1).contains(discount) || policy.pairs != model.pairs {
            fail("OptionCriticValues", "discount \(discount), or pairs of another model")
        }
        var law = OptionCriticValues.greedy(
            Array(repeating: 0, count: count), options: policy.options)
        if case .table(let table) = selection {
            if table.count != count {
                fail("OptionCriticValues", "\(table.count) selections, \(count) expected")
            }
            law = table
        }
        let chain = OptionChain(model, policy, discount: discount)
        var solved = try chain.values(law, deliberationCost: deliberationCost)
        if selection == .greedy {
            // Each change of a greedy choice raises values: there are finitely many.
            while true {
                let next = OptionCriticValues.greedy(solved, options: policy.options, from: law)
                if next == law { break }
                law = next
                solved = try chain.values(law, deliberationCost: deliberationCost)
            }
        }
        self.init(
            model, policy, law, solved, discount: discount, deliberationCost: deliberationCost)
    }

    private init(
        _ model: TabularModel, _ policy: OptionPolicy, _ selection: [Double],
        _ optionValues: [Double], discount: Double, deliberationCost: Double
    ) {
        (self.model, self.policy, self.discount) = (model, policy, discount)
        (self.selection, self.optionValues) = (selection, optionValues)
        self.deliberationCost = deliberationCost
        let options = policy.options
        let values = (0..<model.states).map { state in
            (0..<options).reduce(0) {
                $0 + selection[state * options + $1] * optionValues[state * options + $1]
            }
        }
        let stop = policy.logStop.map { exp($0) }
        let arrival = optionValues.indices.map { index in
            model.pairs.isTerminal(index / options)
                ? 0
                : (1 - stop[index]) * optionValues[index]
                    + stop[index] * (values[index / options] - deliberationCost)
        }
        self.values = values
        arrivalValues = arrival
        actionValues = (0..<options).map { option in
            (0..<model.pairs.count).map { pair in
                var value = 0.0
                model.forEachSuccessor(of: pair) { value += $1 * arrival[$0 * options + option] }
                return model.rewards[pair] + discount * value
            }
        }
    }

    /// Σ_s p(s_1 = s) V(s).
    public var startValue: Double {
        zip(model.start, values).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The law that chooses the best option, and stays with an old choice that is as good.
    private static func greedy(
        _ values: [Double], options: Int, from old: [Double]? = nil
    ) -> [Double] {
        var result = Array(repeating: 0.0, count: values.count)
        for start in stride(from: 0, to: values.count, by: options) {
            let range = start..<start + options
            var best = old.flatMap { old in range.first { old[$0] == 1 } } ?? start
            let tolerance = 1e-12 * max(1, abs(values[best]))
            for index in range where values[index] > values[best] + tolerance { best = index }
            result[best] = 1
        }
        return result
    }
}
