import OptimistCore
import OptimistLinearAlgebra

extension TabularPosterior {
    /// A model drawn from the posterior. Where episodes may end it has one more state, the last, which
    /// is terminal. The start is uniform; it plays no part in what is learned.
    public func sample(using generator: inout Generator) -> TabularModel {
        var rewards: [Double] = []
        var laws: [[Double]] = []
        for state in 0..<states {
            for action in 0..<actions {
                laws.append(
                    transitionLaw(state: state, action: action).sample(using: &generator))
                let reward = rewardLaw(state: state, action: action)
                rewards.append(
                    reward.mean + generator.normal() / reward.precision.squareRoot())
            }
        }
        return model(laws, rewards)
    }

    /// The model of posterior means; its states are those of `sample`.
    public var mean: TabularModel {
        var rewards: [Double] = []
        var laws: [[Double]] = []
        for state in 0..<states {
            for action in 0..<actions {
                laws.append(transitionLaw(state: state, action: action).mean)
                rewards.append(rewardLaw(state: state, action: action).mean)
            }
        }
        return model(laws, rewards)
    }

    private func model(_ laws: [[Double]], _ rewards: [Double]) -> TabularModel {
        let count = states * actions
        var starts = (0...states).map { $0 * actions }
        var start = Array(repeating: 1 / Double(states), count: states)
        if hasEnd {
            starts.append(count)
            start.append(0)
        }
        do {
            return try TabularModel(
                pairs: StateActionPairs(
                    actions: actions, starts: starts,
                    actionOf: (0..<count).map { Int32($0 % actions) }),
                transitions: SparseRows(
                    rows: count, columns: outcomes,
                    starts: (0...count).map { $0 * outcomes },
                    indices: (0..<count).flatMap { _ in (0..<outcomes).map { Int32($0) } },
                    values: laws.flatMap { $0 }),
                rewards: .perPair(rewards), start: start, validation: .skip)
        } catch {
            fail("TabularPosterior.model", "\(error)")
        }
    }

    /// KL(after ‖ before) of the transition law of one more observation, in nats: what a step told of
    /// the dynamics.
    ///
    /// - Parameters:
    ///   - state: s.
    ///   - action: a.
    ///   - successor: what followed; 0 for `unrecorded`.
    public func informationGain(state: Int, action: Int, successor: Successor) -> Double {
        let law = transitionLaw(state: state, action: action)
        switch successor {
        case .unrecorded: return 0
        case .state(let next):
            if !(0..<states).contains(next) {
                fail("TabularPosterior.informationGain", "successor \(next) of \(states) states")
            }
            return law.informationGain(of: next)
        case .end:
            if !hasEnd { fail("TabularPosterior.informationGain", "an end without hasEnd") }
            return law.informationGain(of: states)
        }
    }

    /// What the next step from a pair will tell in the mean, in nats: of its transition law, and of
    /// its mean reward, ½ log(1 + noise precision / precision).
    public func expectedInformationGain(
        state: Int, action: Int
    ) -> (transition: Double, reward: Double) {
        let precision = rewardLaw(state: state, action: action).precision
        return (
            transitionLaw(state: state, action: action).expectedInformationGain,
            GaussianInformation.gain(variance: 1 / precision, noise: 1 / prior.noisePrecision)
        )
    }
}
