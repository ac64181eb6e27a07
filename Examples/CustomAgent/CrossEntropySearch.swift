import Foundation
import Optimist

/// An algorithm of one's own: the cross-entropy method over the weights of a linear policy
/// (Mannor, Rubinstein and Gat 2003; Szita and Lőrincz 2006).
///
/// Each episode is played with weights of its own, drawn from a Gaussian; after so many episodes
/// the Gaussian is fitted to the weights of the best. As inference: a posterior over weights, with
/// "among the best" for optimality.
final class CrossEntropySearch: Agent {
    static let algorithm = Algorithm(
        name: "cross-entropy-search", title: "Cross-entropy search over linear policies",
        summary: "Fits a Gaussian over the weights of a linear policy to its best draws.",
        papers: [
            "Mannor, Rubinstein, Gat: The Cross Entropy Method for Fast Policy Search, 2003",
            "Szita, Lőrincz: Learning Tetris Using the Noisy Cross-Entropy Method, 2006",
        ],
        demonstration: Demonstration(environment: "cartpole-continuous", steps: 20_000),
        presets: [
            Preset(name: "debug", summary: "Small populations.", settings: ["population": "8"])
        ])

    let settings: CrossEntropySettings
    private let observations: Int
    private let actions: Int
    private var mean: [Double]
    private var deviation: [Double]

    init(
        _ settings: CrossEntropySettings, world: World, using generator: inout Generator
    ) throws {
        guard case .box = world.observationSpace.kind, world.actionSpace.isBounded else {
            throw AgentError.unsuitable(
                algorithm: "cross-entropy-search", world: world.name,
                reason: "its policy maps vectors to a box of actions with finite bounds")
        }
        self.settings = settings
        observations = world.observationSpace.width
        actions = world.actionSpace.width
        let weights = (observations + 1) * actions
        mean = .init(repeating: 0, count: weights)
        deviation = .init(repeating: settings.initialDeviation, count: weights)
    }

    var specification: BoundSpecification {
        BoundSpecification(
            joint: [
                Factor("p(s'|s,a)", of: "s'", given: ["s", "a"], .environment, role: "dynamics"),
                Factor("p(r|s,a)", of: "r", given: ["s", "a"], .environment, role: "reward"),
                Factor("p(O|r)", of: "O", given: ["r"], .assumed, role: "among the best"),
            ],
            posterior: [
                Factor("q(w)", of: "w", given: [], .learned, role: "Gaussian over weights"),
                Factor("q(a|s,w)", of: "a", given: ["s", "w"], .assumed, role: "tanh(w · s)"),
            ],
            terms: [.reward], stateInference: "observed",
            actionInference: "weights drawn once an episode")
    }

    /// Whole episodes, a population at a time.
    var diet: Diet { .episodes(count: settings.population) }

    func carry(for environments: Int) -> EpisodeWeights {
        EpisodeWeights(rows: .init(repeating: mean.map(Float.init), count: environments))
    }

    func act(
        on arrival: Arrival, carrying carry: inout EpisodeWeights, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        let rows = arrival.observations.floats()
        var values: [Float] = []
        for index in 0..<arrival.count {
            if arrival.isFirst[index] { carry.rows[index] = weights(mode, using: &generator) }
            let row = rows[index * observations..<(index + 1) * observations]
            values += act(on: row, with: carry.rows[index])
        }
        // Learning needs to know which weights an episode was played with.
        return Action(values: values, columns: [(name: "weights", rows: carry.rows)])
    }

    /// A draw for an episode; the mean where no chance is wanted.
    private func weights(_ mode: ActingMode, using generator: inout Generator) -> [Float] {
        if mode == .deterministic { return mean.map(Float.init) }
        return zip(mean, deviation).map { Float($0 + $1 * generator.normal()) }
    }

    /// tanh of a linear function; agents act in [−1, 1].
    private func act(on row: ArraySlice<Float>, with weights: [Float]) -> [Float] {
        (0..<actions).map { action in
            let own = weights[action * (observations + 1)..<(action + 1) * (observations + 1)]
            return tanh(zip(row, own).reduce(own.last!) { $0 + $1.0 * $1.1 })
        }
    }

    /// Fits the Gaussian to the weights of the best episodes.
    func learn(from material: Material, using generator: inout Generator) throws -> [Record] {
        guard case .episodes(let episodes) = material else {
            fail("CrossEntropySearch.learn", "not fed episodes")
        }
        let best = episodes.sorted { $0.totalReward > $1.totalReward }.prefix(settings.elites)
        let elites = best.map { episode in
            episode.columns["weights"]!.values.prefix(mean.count).map(Double.init)
        }
        for index in mean.indices {
            let column = elites.map { $0[index] }
            let center = column.reduce(0, +) / Double(column.count)
            let squares = column.reduce(0) { $0 + ($1 - center) * ($1 - center) }
            mean[index] = center
            deviation[index] = max(
                (squares / Double(column.count)).squareRoot(), settings.deviationFloor)
        }
        return [report(on: episodes, best: Array(best))]
    }

    private func report(on episodes: [Episode], best: [Episode]) -> Record {
        let rewards = episodes.flatMap(\.rewards)
        return Record(
            .learning,
            metrics: [
                Metric("elite.return", best.map(\.totalReward).reduce(0, +) / Double(best.count)),
                Metric("deviation", deviation.reduce(0, +) / Double(deviation.count)),
            ],
            bound: Bound(
                reward: rewards.reduce(0, +) / Double(rewards.count),
                context: BoundContext(
                    scope: .perStep(validSteps: rewards.count), source: .rollout)))
    }

    func save(to archive: Archive) throws {
        archive.store(mean, as: "mean")
        archive.store(deviation, as: "deviation")
    }

    func load(from archive: Archive) throws {
        mean = try archive.value("mean")
        deviation = try archive.value("deviation")
        guard mean.count == (observations + 1) * actions, deviation.count == mean.count else {
            throw AgentError.archive("\(mean.count) weights for another world")
        }
    }
}

/// The settings: default, range and a sentence each; help and refusals derive from them.
struct CrossEntropySettings: AgentSettings {
    @Setting("Episodes of a population.", 2...10_000) var population = 16
    @Setting("Episodes of a population that count as the best.", 1...10_000) var elites = 4
    @Setting("The deviation of each weight at first.", 0.0...1_000) var initialDeviation = 1.0
    @Setting("The deviation of each weight at least.", 0.0...1_000) var deviationFloor = 0.05

    func validate() throws {
        if elites > population {
            throw ConfigurationError.inconsistent("\(elites) elites of \(population) episodes")
        }
    }
}

/// The weights that each environment's episode is played with: part of every checkpoint.
struct EpisodeWeights: CarryState {
    var rows: [[Float]]

    func save(to archive: Archive) throws { archive.store(rows, as: "rows") }

    mutating func load(from archive: Archive) throws { rows = try archive.value("rows") }
}
