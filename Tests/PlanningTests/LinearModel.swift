import OptimistCore
import OptimistEnvironments
import OptimistModels
import OptimistPlanning
import OptimistTorch

/// A world model whose networks are linear and set by hand: observation and action are one number
/// each, and member m predicts the change `drift[m] + gain · action`.
struct LinearModel {
    let dynamics: EnsembleDynamics

    /// - Parameters:
    ///   - drift: what each member adds at every step.
    ///   - gain: the effect of an action, the same in all members.
    ///   - variance: of each step's noise; nil for networks that predict means alone.
    ///   - logit: of the end, in every state; nil where the termination is known.
    init(
        drift: [Float], gain: Float = 1, variance: Float? = nil, logit: Float? = nil,
        termination: TerminationFunction = .never, reward: RewardFunction? = .ofNext { $0 }
    ) throws {
        var settings = DynamicsSettings()
        settings.members = drift.count
        settings.hidden = []
        settings.weightDecay = [0]
        settings.probabilistic = variance != nil
        var generator = Generator(seed: 0)
        dynamics = EnsembleDynamics(
            settings, observations: .box(-100, 100, shape: [1]), actions: .box(-1, 1, shape: [1]),
            reward: reward, termination: logit == nil ? termination : nil, using: &generator)
        let targets = dynamics.ensemble.targets
        let outputs = settings.probabilistic ? 2 * targets : targets
        // Weights [member, input, output]: of the state nothing, of the action the gain.
        var weights = [Float](repeating: 0, count: drift.count * 2 * outputs)
        var biases = [Float](repeating: 0, count: drift.count * outputs)
        for (member, value) in drift.enumerated() {
            weights[(member * 2 + 1) * outputs] = gain
            biases[member * outputs] = value
            if let column = dynamics.rewardColumn { biases[member * outputs + column] = 1 }
            if let column = dynamics.terminationColumn {
                biases[member * outputs + column] = logit ?? 0
            }
            if let variance { biases[member * outputs + targets] = Self.raw(variance) }
        }
        dynamics.ensemble.network.parameters[0].tensor.detached()
            .assign(Tensor(weights, shape: [drift.count, 2, outputs]))
        dynamics.ensemble.network.parameters[1].tensor.detached()
            .assign(Tensor(biases, shape: [drift.count, 1, outputs]))
    }

    /// The raw output whose softly bounded log-variance is that of `variance`, for −10 and 0.5.
    private static func raw(_ variance: Float) -> Float {
        func inverse(_ value: Float) -> Float { (value.exponential() - 1).logarithm() }
        let above = -10 + inverse(variance.logarithm() + 10)
        return 0.5 - inverse(0.5 - above)
    }

    /// Scores of plans `[candidate][time]` from the observation 0.
    func scores(
        _ plans: [[Float]], _ propagation: Propagation, particles: Int, seed: UInt64 = 0,
        sharesNoise: Bool = false, limitsReward: Bool = false
    ) throws -> [Double] {
        let scorer = try EnsembleScorer(
            dynamics, from: Tensor.zeros([1, 1]), propagation: propagation, particles: particles,
            sharesNoise: sharesNoise, limitsReward: limitsReward)
        var generator = Generator(seed: seed)
        let sequences = Tensor(
            Array(plans.joined()), shape: [1, plans.count, plans[0].count, 1])
        return scorer.scores(of: sequences, using: &generator).doubles()
    }
}

extension Float {
    fileprivate func exponential() -> Float { Float(Tensor([Double(self)]).exp().item()) }
    fileprivate func logarithm() -> Float { Float(Tensor([Double(self)]).log().item()) }
}

extension RewardFunction {
    /// A reward that depends on the next observation alone, one number.
    static func ofNext(_ reward: @escaping @Sendable (Float) -> Float) -> RewardFunction {
        RewardFunction { rows, out in
            for row in 0..<rows.count { out[row] = reward(rows.nextObservations[row]) }
        }
    }
}
