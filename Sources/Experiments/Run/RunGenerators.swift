import OptimistCore

/// One stream of random numbers for each purpose, all from the run's seed.
struct RunGenerators: Codable, Equatable {
    var agent: Generator
    var acting: Generator
    var learning: Generator
    let replay: Generator
    let environment: Generator
    let evaluation: Generator

    init(seed: Int) {
        let root = Generator(seed: UInt64(bitPattern: Int64(seed)))
        agent = root.split("agent")
        acting = root.split("acting")
        learning = root.split("learning")
        replay = root.split("replay")
        environment = root.split("environment")
        evaluation = root.split("evaluation")
    }
}

/// What happens every so many steps.
struct RunClocks: Codable, Equatable {
    var evaluation: Clock
    var checkpoint: Clock

    init(_ settings: RunSettings) {
        evaluation = Clock(every: settings.evaluateEvery)
        checkpoint = Clock(every: settings.checkpointEvery)
    }
}
