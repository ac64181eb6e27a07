import Foundation
import OptimistAgents
import OptimistCore
import OptimistInference
import OptimistModels
import OptimistProbability
import OptimistTorch

/// The worked example of a generative agent, everything binary, as networks whose numbers are the
/// logarithms of its tables.
///
/// An arrival that tells nothing comes before the three that count, and one after them: the state is
/// then surely a third class, because what the environment shows at first comes without a reward.
/// The memory knows the last state and action, and how many arrivals there were.
enum TabularNetworks {
    typealias Networks = GenerativeNetworks<DiscreteHabit>
    /// Four conjunctions of state and action, and five counts of arrivals.
    static let hidden = 9
    static let classes = 3

    /// Settings in which nothing but the tables counts.
    static func settings(informationWeight: Double = 0) throws -> GenerativeAgentSettings {
        var settings = GenerativeAgentSettings()
        settings.model.hidden = hidden
        settings.model.latent = classes
        settings.model.latentKind = .categorical
        settings.model.latentUniform = 0
        settings.model.habitUniform = 0
        settings.model.units = []
        settings.model.binaryRewards = true
        settings.marginal = .exact
        settings.marginalWeight = 1
        settings.rewardScale = 1
        settings.discount = 1
        settings.planner.kind = .enumeration
        settings.planner.informationWeight = informationWeight
        try settings.validate()
        return settings
    }

    /// How the filter weighs what arrives: 1 is Bayes' rule, 0 looks at nothing.
    struct Attention {
        var observation = 1.0
        var reward = 1.0

        static func both(_ power: Double) -> Attention {
            Attention(observation: power, reward: power)
        }
    }

    /// The tables of the worked example as networks.
    static func make(
        _ problem: GenerativeProblem, attention: Attention = .both(1),
        settings: GenerativeAgentSettings, seeing code: ObservationCode = .index(below: 2)
    ) throws -> Networks {
        var generator = Generator(seed: 0)
        let networks = Networks(
            settings, seeing: code, endings: false,
            habit: DiscreteHabit(
                network: MultilayerPerceptron(
                    sizes: [hidden + classes, 2], activation: .elu, using: &generator), count: 2,
                uniformShare: 0), using: &generator)
        let tables = Tables(problem.agent)
        withoutGradient {
            for parameter in networks.parameters { parameter.tensor.fill(0) }
            memory(networks.model.dynamics.cell)
            let prior = tables.prior
            fill(networks.model.dynamics.transition, prior.weights, prior.bias)
            let evidence = tables.evidence(attention, code.width)
            fill(
                networks.model.dynamics.encoder,
                zip(prior.weights, evidence.weights).map { $0 + $1 },
                zip(prior.bias, evidence.bias).map { $0 + $1 })
            let none = [Double](repeating: 0, count: hidden)
            if let head = networks.model.observation as? CategoricalHead {
                let rows = (0..<2).map { x in
                    none + tables.observation.map { $0[x] } + [log(0.5)]
                }
                fill(head.network, rows, [0, 0])
            }
            if let head = networks.model.reward as? BernoulliHead {
                fill(head.network, [none + tables.reward.map { $0[1] - $0[0] } + [0]], [0])
            }
            let habit = (0..<2).map { a in
                none + [tables.habit[a], tables.habit[2 + a], log(0.5)]
            }
            fill(networks.habit.network, habit, [0, 0])
        }
        return networks
    }

    /// Imagination in the networks, in nats of the tables.
    static func imagination(
        _ networks: Networks, samples: Int = 32, _ estimator: MutualInformation = .contrastive
    ) -> GenerativeImagination<DiscreteHabit> {
        GenerativeImagination(
            networks: networks, scales: ArrivalScales(observations: 1), rewardScale: 1,
            informationSamples: samples, informationEstimator: estimator)
    }

    private static func fill(
        _ network: MultilayerPerceptron, _ weights: [[Double]], _ bias: [Double]
    ) {
        let layer = network.layers[0]
        layer.weight.assign(weights.joined().map { Float($0) })
        layer.bias?.assign(bias.map { Float($0) })
    }

    /// Gates that keep nothing and candidates that are ±1: c(z, a) where both are so, and counts
    /// that a one walks through.
    private static func memory(_ cell: GRUCell) {
        let inputs = classes + 2
        var (input, recurrent) = (
            [Float](repeating: 0, count: 3 * hidden * inputs),
            [Float](repeating: 0, count: 3 * hidden * hidden)
        )
        var (inputBias, hiddenBias) = (
            [Float](repeating: 0, count: 3 * hidden), [Float](repeating: 0, count: 3 * hidden)
        )
        for unit in 0..<hidden {
            (inputBias[unit], inputBias[hidden + unit]) = (200, -200)
            let row = 2 * hidden + unit
            if unit < 4 {
                input[row * inputs + unit / 2] = 40
                input[row * inputs + classes + unit % 2] = 40
                inputBias[row] = -60
            } else if unit == 4 {
                inputBias[row] = 40
            } else {
                recurrent[row * hidden + unit - 1] = 40
                hiddenBias[row] = -20
            }
        }
        cell.inputWeight.assign(input)
        cell.hiddenWeight.assign(recurrent)
        cell.inputBias.assign(inputBias)
        cell.hiddenBias.assign(hiddenBias)
    }

    /// Logarithms of the agent's tables.
    private struct Tables {
        let initial: [Double]
        /// `[Z, A, Z]`.
        let transition: [Double]
        let observation: [[Double]]
        let reward: [[Double]]
        let habit: [Double]

        init(_ agent: GenerativeAgentTables) {
            let model = agent.model
            initial = model.initial.map { log($0) }
            transition = model.transition.map { log($0) }
            habit = agent.habit.map { log($0) }
            // Observation and reward are independent given the state: sums over the other.
            var (observation, reward) = ([[Double]](), [[Double]]())
            for z in 0..<2 {
                let joint = Array(model.firstArrival[4 * z..<4 * z + 4])
                observation.append([log(joint[0] + joint[1]), log(joint[2] + joint[3])])
                reward.append([log(joint[0] + joint[2]), log(joint[1] + joint[3])])
            }
            self.observation = observation
            self.reward = reward
        }

        /// Logits of z from the memory: rows of the table by conjunction, the third class by count.
        var prior: (weights: [[Double]], bias: [Double]) {
            var (weights, bias) = ([[Double]](), [Double]())
            for next in 0..<2 {
                let row = (0..<4).map { (transition[$0 * 2 + next] - initial[next]) / 2 }
                weights.append(row + [0, 0, 0, 0, 0])
                bias.append(initial[next] + row.reduce(0, +))
            }
            weights.append([0, 0, 0, 0, 0, -40, 0, 0, 40])
            return (weights, bias + [40])
        }

        /// What is added to them for an arrival: one-hot observation, reward, action, start.
        func evidence(
            _ attention: Attention, _ width: Int
        ) -> (weights: [[Double]], bias: [Double]) {
            let rest: [Double] = [0, 0, 0]
            let rows = (0..<2).map { z in
                (0..<width).map { observation[z][$0] * attention.observation }
                    + [(reward[z][1] - reward[z][0]) * attention.reward] + rest
            }
            return (
                rows + [[Double](repeating: 0, count: width + 4)],
                reward.map { $0[0] * attention.reward } + [0]
            )
        }
    }
}
