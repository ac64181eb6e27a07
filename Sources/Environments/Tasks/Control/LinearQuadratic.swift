import OptimistCore

/// A linear system with a quadratic cost: s′ = A s + B a + noise, reward −½ (sᵀQs + aᵀRa) in the
/// state before the step.
///
/// By default the double integrator A = [[1, 0.1], [0, 1]], B = [0, 0.1]ᵀ, Q = diag(1, 0.1),
/// R = 0.01 from s = (1, 0) for 20 steps, whose least cost is 3.272531160. Up to eight states and
/// eight actions. Seen: the state.
public struct LinearQuadratic: ConfiguredTask {
    /// The task's arguments.
    public struct Configuration: OptimistCore.Configuration {
        /// The matrix A, row by row.
        @Setting("The matrix A of s' = A s + B a, row by row.") public var transition = [
            1, 0.1, 0, 1,
        ]
        /// The matrix B, row by row.
        @Setting("The matrix B of s' = A s + B a, row by row.") public var control = [0, 0.1]
        /// The matrix Q, row by row.
        @Setting("The matrix Q of the cost (s'Qs + a'Ra) / 2, row by row.")
        public var stateCost = [1, 0, 0, 0.1]
        /// The matrix R, row by row.
        @Setting("The matrix R of the cost (s'Qs + a'Ra) / 2, row by row.")
        public var actionCost = [0.01]
        /// The mean of the first state.
        @Setting("The mean of the first state.") public var start = [1.0, 0]
        /// The standard deviation of each part of the first state.
        @Setting("The standard deviation of each part of the first state.", 0.0...)
        public var startDeviation = 0.0
        /// The standard deviation of the noise on each part of the state.
        @Setting("The standard deviation of the noise on each part of the state.", 0.0...)
        public var noise = 0.0
        /// The greatest size of an action, or none.
        @Setting("The greatest size of an action entry, or none.", 0.0...)
        public var actionLimit: Double? = nil
        /// The default arguments.
        public init() {}

        /// Refuses matrices whose sizes do not fit.
        public func validate() throws {
            let states = start.count
            let actions = control.count / max(states, 1)
            guard (1...8).contains(states), (1...8).contains(actions),
                control.count == states * actions, transition.count == states * states,
                stateCost.count == states * states, actionCost.count == actions * actions
            else {
                throw ConfigurationError.inconsistent(
                    "the sizes do not fit: start \(start.count), transition \(transition.count), "
                        + "control \(control.count), stateCost \(stateCost.count), actionCost "
                        + "\(actionCost.count); give n, n·n, n·m, n·n and m·m numbers, n and m "
                        + "from 1 to 8")
            }
        }
    }

    /// The state, in the first entries.
    public struct State: Codable, Hashable, Sendable {
        /// Entries beyond the state's size are 0.
        public var parts: SIMD8<Double>

        /// A state with these parts.
        public init(_ parts: SIMD8<Double>) { self.parts = parts }
    }

    /// The task's name.
    public let name = "lqr"
    /// The state.
    public let observationSpace: Space
    /// Unbounded, or bounded by the action limit.
    public let actionSpace: Space
    /// 20 steps.
    public let timeLimit: Int? = 20
    /// The matrices and laws.
    public let configuration: Configuration
    private let states: Int
    private let actions: Int
    private let transition: [SIMD8<Double>]
    private let control: [SIMD8<Double>]
    private let stateCost: [SIMD8<Double>]
    private let actionCost: [SIMD8<Double>]

    /// The task with these arguments, which must be valid.
    public init(_ configuration: Configuration) {
        do { try configuration.validate() } catch { fail("LinearQuadratic", "\(error)") }
        self.configuration = configuration
        states = configuration.start.count
        actions = configuration.control.count / states
        transition = LinearQuadratic.columns(configuration.transition, states, states)
        control = LinearQuadratic.columns(configuration.control, states, actions)
        stateCost = LinearQuadratic.columns(configuration.stateCost, states, states)
        actionCost = LinearQuadratic.columns(configuration.actionCost, actions, actions)
        observationSpace = .box(-.infinity, .infinity, shape: [states])
        let limit = configuration.actionLimit.map { Float($0) } ?? .infinity
        actionSpace = .box(-limit, limit, shape: [actions])
    }

    private static func columns(_ cells: [Double], _ rows: Int, _ columns: Int) -> [SIMD8<Double>] {
        (0..<columns).map { column in
            var result = SIMD8<Double>.zero
            for row in 0..<rows { result[row] = cells[row * columns + column] }
            return result
        }
    }

    /// The first state, drawn around its mean.
    public func start(using generator: inout Generator) -> State {
        var parts = SIMD8<Double>.zero
        for index in 0..<states { parts[index] = configuration.start[index] }
        disturb(&parts, configuration.startDeviation, using: &generator)
        return State(parts)
    }

    private func disturb(
        _ parts: inout SIMD8<Double>, _ deviation: Double, using generator: inout Generator
    ) {
        guard deviation > 0 else { return }
        for index in 0..<states { parts[index] += deviation * generator.normal() }
    }

    /// Moves the state by one action.
    public func advance(
        _ state: inout State, action: UnsafePointer<Float>, using generator: inout Generator
    ) -> (reward: Double, terminated: Bool) {
        let push = load(action, actions)
        let reward = reward(state.parts, push)
        var next = product(transition, state.parts, states) + product(control, push, actions)
        disturb(&next, configuration.noise, using: &generator)
        state.parts = next
        return (reward, false)
    }

    private func load(_ row: UnsafePointer<Float>, _ count: Int) -> SIMD8<Double> {
        var parts = SIMD8<Double>.zero
        for index in 0..<count { parts[index] = Double(row[index]) }
        return parts
    }

    private func product(
        _ columns: [SIMD8<Double>], _ vector: SIMD8<Double>, _ count: Int
    ) -> SIMD8<Double> {
        var sum = SIMD8<Double>.zero
        for index in 0..<count { sum += columns[index] * vector[index] }
        return sum
    }

    private func reward(_ state: SIMD8<Double>, _ action: SIMD8<Double>) -> Double {
        let cost =
            (state * product(stateCost, state, states)).sum()
            + (action * product(actionCost, action, actions)).sum()
        return -cost / 2
    }

    /// Writes the state.
    public func observe(_ state: State, into row: UnsafeMutablePointer<Float>) {
        for index in 0..<states { row[index] = Float(state.parts[index]) }
    }

    /// From the state before the step and the action.
    public var knownReward: RewardFunction? {
        let task = self
        return .each(observationWidth: states, actionWidth: actions) { row in
            task.reward(
                task.load(row.observation, task.states), task.load(row.action, task.actions))
        }
    }

    /// Never.
    public var knownTermination: TerminationFunction? { .never }
}
