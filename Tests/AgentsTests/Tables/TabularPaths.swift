import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistInference
import OptimistModels
import OptimistProbability
import OptimistTorch

/// Every path of the worked example under a posterior, as episodes that an agent has lived: 4096
/// columns of three steps, with one step before them that was chosen by habit.
///
/// One longer episode of no weight stands beside them, so that all others are padded.
struct TabularPaths {
    static let count = 4097
    static let time = 6
    /// p(path), `[4097]`.
    let weights: [Double]
    let batch: Batch
    /// q(z | history) of every arrival, batch `[7, 4097]`.
    let posterior: OneHotStraightThrough
    /// The z of every arrival, one-hot, `[7, 4097, 3]`.
    let states: Tensor

    /// - Parameter plansLast: whether the last action was planned, which leads nowhere.
    init(
        of posterior: GenerativePosterior, in problem: GenerativeProblem, plansLast: Bool = true
    ) {
        var weights = [Double](repeating: 0, count: Self.count)
        var lives: [Life] = []
        for path in 0..<Self.count - 1 {
            let steps = (0..<3).map { t in
                let digits = path >> (4 * (2 - t))
                return GenerativeStep(
                    observation: digits >> 3 & 1, reward: digits >> 2 & 1, state: digits >> 1 & 1,
                    action: digits & 1)
            }
            weights[path] = Self.environment(steps, problem)
            var life = Life(path)
            for (t, step) in steps.enumerated() {
                let laws = problem.factors(
                    of: posterior, after: Array(steps[..<t]), observation: step.observation,
                    reward: step.reward)!
                weights[path] *= laws.state[step.state] * laws.action[step.state][step.action]
                life.add(step, laws.state, laws.action[step.state], plans: t < 2 || plansLast)
            }
            lives.append(life.ended)
        }
        var longest = Life(Self.count - 1)
        for _ in 0..<Self.time - 1 {
            longest.add(lives[0].steps[0], [0.5, 0.5], [0.5, 0.5], plans: true)
        }
        lives.append(longest.ended)
        self.weights = weights
        batch = Batch(lives.map(\.episode))
        let shape = [Self.time + 1, Self.count]
        let laws = Self.timeFirst(lives.map(\.laws), width: 3, padding: [-60, -60, 0])
        let states = Self.timeFirst(lives.map(\.states), width: 1, padding: [2])
        self.posterior = OneHotStraightThrough(
            logits: Tensor(laws, shape: shape + [3]).to(.float32))
        self.states = Tensor(states, shape: shape).oneHot(classes: 3)
    }

    /// Rows of every arrival of every column, of columns that end sooner or later.
    private static func timeFirst<Number>(
        _ columns: [[Number]], width: Int, padding: [Number]
    ) -> [Number] {
        var rows: [Number] = []
        for arrival in 0...time {
            for column in columns {
                let start = arrival * width
                rows += start < column.count ? Array(column[start..<start + width]) : padding
            }
        }
        return rows
    }

    /// p_e of what arrives given what is done.
    private static func environment(
        _ steps: [GenerativeStep], _ problem: GenerativeProblem
    ) -> Double {
        let world = problem.environment
        var joint: [Double] = []
        for (t, step) in steps.enumerated() {
            let arrival = 2 * step.observation + step.reward
            joint =
                t == 0
                ? world.firstJoint(arrival)
                : world.joint(belief: joint, steps[t - 1].action, arrival)
        }
        return joint.reduce(0, +)
    }

    /// The filter's way through the paths by networks, with z the paths' own.
    func filtered(by networks: TabularNetworks.Networks) -> OptimistModels.FilteredStates {
        withoutGradient {
            networks.model.filter(
                from: networks.model.dynamics.initialState(Self.count),
                arrivals: arrivals(networks).arrivals, noise: states * 1e4)
        }
    }

    /// The batch in the numbers of the networks.
    func arrivals(_ networks: TabularNetworks.Networks) -> GenerativeBatch {
        GenerativeBatch(batch, networks: networks, scales: ArrivalScales(observations: 1))
    }

    /// Σ p(path) of what each path comes to, the sum over time of `[7, 4097]`.
    func expected(_ terms: Tensor) -> Double {
        let sums = terms.detached().to(.float64).sum(axis: 0).doubles()
        return zip(sums, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// p(path) in front of every step of it, `[time, 4097]`.
    var stepWeights: Tensor {
        Tensor(weights).to(.float32).unsqueezed(axis: 0).expanded([Self.time, Self.count])
    }

    /// An episode with the states that the agent had in it.
    private struct Life {
        var episode: Episode
        var steps: [GenerativeStep] = []
        var states = [2]
        /// Logits of q(z) at every arrival.
        var laws = [-60.0, -60, 0]
        /// What is done after the last arrival, and how it was chosen.
        private var action = 0
        private var plan: [Float] = [2, 1, 0, 0]

        init(_ identifier: Int) {
            episode = Episode(
                EpisodeLayout(observations: .discrete(2), actions: .discrete(2)),
                identifier: identifier, seed: 0, first: .floats([0]))
        }

        private mutating func arrive(_ observation: Int, _ reward: Int, _ ending: Ending) {
            episode.append(
                action: [Float(action)],
                step: Step(
                    observation: .floats([Float(observation)]), reward: Double(reward),
                    ending: ending), columns: [(PlanColumn.name, plan)])
        }

        mutating func add(
            _ step: GenerativeStep, _ state: [Double], _ action: [Double], plans: Bool
        ) {
            arrive(step.observation, step.reward, .none)
            steps.append(step)
            states.append(step.state)
            laws += state.map { log(max($0, 1e-26)) } + [-60]
            self.action = step.action
            plan = plans ? [1, 1] + action.map { Float($0) } : [2, 1, 0, 0]
        }

        /// The last action leads to an arrival that tells nothing.
        var ended: Life {
            var life = self
            life.arrive(0, 0, .truncated)
            life.states.append(2)
            life.laws += [-60, -60, 0]
            return life
        }
    }
}
