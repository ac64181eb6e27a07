import OptimistCore

/// Choose one of several arms that pay 0 or 1 with chances of their own: the smallest task in which
/// finding out has a price.
///
/// There is one state, and an episode is one choice.
public struct Bandit: TabularTask {
    /// The task's arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// The mean of each arm.
        @Setting("The probability of 1 of each arm.", 0.0...1) public var means = [0.3, 0.5, 0.6]
        /// The default arguments.
        public init() {}

        /// Refuses a bandit without arms.
        public func validate() throws {
            if means.isEmpty {
                throw ConfigurationError.inconsistent("a bandit needs at least one arm: give means")
            }
        }
    }

    /// The task's name.
    public let name = "bandit"
    /// The only state.
    public let observationSpace = Space.discrete(1)
    /// The arms.
    public let actionSpace: Space
    /// One choice.
    public let timeLimit: Int? = 1
    /// The process itself.
    public let model: TaskTable

    /// The task with these arguments, which must be valid.
    public init(_ configuration: Configuration) {
        do { try configuration.validate() } catch { fail("Bandit", "\(error)") }
        actionSpace = .discrete(configuration.means.count)
        model = TaskTable(start: [1], actions: configuration.means.count) { _, arm in
            let mean = configuration.means[arm]
            return [
                .init(to: 0, probability: mean, reward: 1, terminates: true),
                .init(to: 0, probability: 1 - mean, reward: 0, terminates: true),
            ]
        }
    }
}
