import OptimistCore
import OptimistEnvironments

/// An episode of given actions, for comparison.
struct Episode: Equatable {
    var first: Observation
    var steps: [Step] = []

    var total: Double { steps.reduce(0) { $0 + $1.reward } }
}

/// Plays up to `limit` steps of a policy that may draw from a generator.
func play(
    _ environment: inout some Environment, seed: UInt64, limit: Int = 10_000,
    policy: (Observation, inout Generator) -> [Float]
) throws -> Episode {
    var generator = Generator(seed: seed).split("policy")
    var episode = Episode(first: try environment.reset(seed: seed))
    var observation = episode.first
    for _ in 0..<limit {
        let step = try environment.step(policy(observation, &generator))
        episode.steps.append(step)
        observation = step.observation
        if step.ending != .none { break }
    }
    return episode
}

/// Plays up to `limit` random steps of a named environment.
func playRandomly(
    _ name: String, _ arguments: [(key: String, value: String)] = [], seed: UInt64,
    limit: Int = 10_000
) throws -> Episode {
    func open(_ environment: some Environment) throws -> Episode {
        var environment = environment
        let space = environment.actionSpace
        return try play(&environment, seed: seed, limit: limit) { space.sample(using: &$1) }
    }
    return try open(EnvironmentRegistry.standard.make(name: name, arguments: arguments))
}

/// Mean and standard error of numbers.
func summary(_ numbers: [Double]) -> (mean: Double, standardError: Double, deviation: Double) {
    let count = Double(numbers.count)
    let mean = numbers.reduce(0, +) / count
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return (mean, (variance / count).squareRoot(), variance.squareRoot())
}
