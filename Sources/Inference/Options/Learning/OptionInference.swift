import Foundation
import OptimistCore

/// Policy inference with options in a tabular model from sampled episodes: the logits of an option
/// policy climb the bound by stochastic gradients.
///
/// With a discount below 1 rewards and divergences of later steps are discounted, the task has no
/// end but its terminal states, and the horizon is where an episode is cut off.
public struct OptionInference: Sendable {
    /// Which reverse model the estimators with sampled options use. The best of its form is
    /// computed from the policy.
    public enum Reverse: String, SettingValue, CaseIterable {
        /// Backward-factorised: every decision answers for every factor.
        case backward
        /// Forward-factorised: decisions answer for few earlier factors, so it is less noisy.
        case forward
        /// No reverse model.
        case none

        var form: ReverseForm {
            switch self {
            case .backward: .backward
            case .forward: .forward
            case .none: .none
            }
        }
    }

    /// The settings.
    public struct Configuration: OptimistCore.Configuration {
        /// K.
        @Setting("The number of options.", 1...64) public var options = 4
        /// How gradients are estimated.
        @Setting("How gradients are estimated.") public var estimator = OptionEstimator.collapsed
        /// The reverse model, which the collapsed estimator does without.
        @Setting("The reverse model where options are sampled.") public var reverse = Reverse
            .forward
        /// B.
        @Setting("Episodes of an update.", 2...100_000) public var episodes = 16
        /// γ.
        @Setting("The discount of later rewards and divergences.", 0.1...1) public var discount =
            1.0
        /// Of Adam.
        @Setting("The step size of the logits.", 0.0...10) public var learningRate = 0.05
        /// Of the baselines and values.
        @Setting("The step size of baselines and values.", 0.0...1) public var baselineRate = 0.1
        /// λ of the collapsed estimator's advantages; 1 is unbiased.
        @Setting("The trace decay of the collapsed estimator's advantages.", 0.0...1)
        public var traceDecay = 1.0
        /// The first logit of c(s, o′).
        @Setting("The logit of an option's continuation at the start.", -50.0...50)
        public var continuation = 2.0
        /// Of the first logits of actions and selectors.
        @Setting("The deviation of the first logits: equal options stay equal.", 0.0...10)
        public var deviation = 0.1
        /// The default settings.
        public init() {}

        /// Refuses a discount where every decision answers for every factor.
        public func validate() throws {
            if estimator != .collapsed && reverse == .backward && discount < 1 {
                throw ConfigurationError.inconsistent(
                    "a backward reverse model credits decisions with all earlier factors, which "
                        + "cannot be discounted: give the discount 1, or the reverse model "
                        + "forward or none")
            }
        }
    }

    /// The problem.
    public let problem: OptionProblem
    /// The settings.
    public let configuration: Configuration
    /// The parameters.
    public internal(set) var logits: OptionLogits
    var ascent: AdamAscent
    /// V(s), for the collapsed estimator, `[states]`, in nats.
    var values: [Double]
    /// Q̂(s, o′, o), whose mean over o is the baseline of an option.
    var optionValues: OptionValues
    /// The baseline of an action, `[states, options]`.
    var actionBaselines: [Double]

    /// A learner at its first logits, with settings that must be valid.
    ///
    /// - Parameters:
    ///   - problem: the problem.
    ///   - configuration: the settings.
    ///   - generator: where the noise of the first logits comes from.
    public init(
        _ problem: OptionProblem, _ configuration: Configuration = .init(),
        using generator: inout Generator
    ) {
        do { try configuration.validate() } catch { fail("OptionInference", "\(error)") }
        self.problem = problem
        self.configuration = configuration
        let (pairs, options) = (problem.model.pairs, configuration.options)
        logits = OptionLogits(
            pairs: pairs, options: options, continuation: configuration.continuation)
        logits.perturb(deviation: configuration.deviation, using: &generator)
        ascent = AdamAscent(count: logits.values.count)
        values = Array(repeating: 0, count: pairs.states)
        optionValues = OptionValues(states: pairs.states, options: options)
        actionBaselines = Array(repeating: 0, count: pairs.states * options)
    }

    /// The policy now.
    public var policy: OptionPolicy { logits.policy }

    /// Samples episodes, takes one step up the bound and returns its estimate before the step.
    ///
    /// - Parameters:
    ///   - generator: where chance comes from.
    ///   - rate: times the learning rate, for schedules.
    @discardableResult
    public mutating func update(
        using generator: inout Generator, rate: Double = 1
    ) -> Bound<Double> {
        let (gradient, bound) = gradient(using: &generator)
        ascent.step(&logits.values, along: gradient, rate: rate * configuration.learningRate)
        return bound
    }

    /// Samples episodes and estimates the gradient by the logits and the bound; baselines move.
    package mutating func gradient(
        using generator: inout Generator
    ) -> (values: [Double], bound: Bound<Double>) {
        let policy = policy
        let episodes = sample(configuration.episodes, policy, using: &generator)
        var scores = OptionScores(policy)
        for episode in episodes {
            if configuration.estimator == .collapsed {
                addCollapsed(episode, policy, to: &scores)
            } else {
                addSampled(episode, policy, to: &scores)
            }
        }
        let gradient = logits.gradient(scores, policy: policy)
        return (gradient.map { $0 / Double(episodes.count) }, bound(episodes, policy))
    }

    /// The bound with the exact reverse model as sampled episodes tell it, with standard errors.
    ///
    /// - Parameters:
    ///   - episodes: how many, at least 2.
    ///   - generator: where chance comes from.
    public func estimate(episodes: Int, using generator: inout Generator) -> Bound<Double> {
        let policy = policy
        return bound(sample(episodes, policy, using: &generator), policy)
    }
}

/// Adam (Kingma and Ba 2015, arXiv 1412.6980) up a gradient, in 64-bit floats.
struct AdamAscent: Sendable, Codable, Equatable {
    private var mean: [Double]
    private var square: [Double]
    private var steps = 0

    init(count: Int) {
        mean = Array(repeating: 0, count: count)
        square = mean
    }

    mutating func step(_ point: inout [Double], along gradient: [Double], rate: Double) {
        let (meanDecay, squareDecay) = (0.9, 0.999)
        steps += 1
        let (first, second) = (
            1 - pow(meanDecay, Double(steps)), 1 - pow(squareDecay, Double(steps))
        )
        for index in point.indices {
            mean[index] += (1 - meanDecay) * (gradient[index] - mean[index])
            square[index] +=
                (1 - squareDecay) * (gradient[index] * gradient[index] - square[index])
            point[index] +=
                rate * (mean[index] / first) / ((square[index] / second).squareRoot() + 1e-8)
        }
    }
}
