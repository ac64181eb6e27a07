import OptimistCore
import OptimistEnvironments
import Testing

/// Known rewards and terminations against steps from states all over the place, many of which end.
@Suite struct KnownFunctionTests {
    /// How many of 3000 steps ended, and how many the known functions got wrong.
    private func compare<T: Task>(
        _ task: T, _ draw: (inout Generator) -> T.State
    ) throws -> (ended: Int, wrong: Int) {
        let (count, width) = (3000, task.observationSpace.width)
        var generator = Generator(seed: 11)
        var (rows, next): ([Float], [Float]) = ([], [])
        var actions: [Float] = []
        var outcomes: [(reward: Double, terminated: Bool)] = []
        var row = [Float](repeating: 0, count: width)
        for _ in 0..<count {
            var state = draw(&generator)
            let action = task.actionSpace.sample(using: &generator)
            task.observe(state, into: &row)
            rows += row
            outcomes.append(task.advance(&state, action: action, using: &generator))
            task.observe(state, into: &row)
            next += row
            actions += action
        }
        var (rewards, ends) = (
            [Float](repeating: 0, count: count), [Bool](repeating: true, count: count)
        )
        let (reward, termination) = (
            try #require(task.knownReward), try #require(task.knownTermination)
        )
        rows.withUnsafeBufferPointer { rows in
            next.withUnsafeBufferPointer { next in
                actions.withUnsafeBufferPointer { actions in
                    let batch = TransitionRows(
                        observations: rows, actions: actions, nextObservations: next, count: count)
                    rewards.withUnsafeMutableBufferPointer { reward.evaluate(batch, $0) }
                    ends.withUnsafeMutableBufferPointer { termination.evaluate(batch, $0) }
                }
            }
        }
        let wrong = outcomes.indices.filter { index in
            let size = 1 + abs(outcomes[index].reward)
            return ends[index] != outcomes[index].terminated
                || abs(Double(rewards[index]) - outcomes[index].reward) > 1e-4 * size
        }
        return (outcomes.filter(\.terminated).count, wrong.count)
    }

    private func cart(_ generator: inout Generator) -> CartPoleState {
        CartPoleState(
            position: generator.uniform(-2.5, 2.5), velocity: generator.uniform(-2, 2),
            angle: generator.uniform(-0.25, 0.25), angularVelocity: generator.uniform(-2, 2))
    }

    private func car(_ generator: inout Generator) -> Valley.State {
        Valley.State(position: generator.uniform(0, 0.6), velocity: generator.uniform(-0.07, 0.07))
    }

    private func turned(_ generator: inout Generator) -> CartPoleState {
        var state = cart(&generator)
        state.angle = generator.uniform(-7, 7)
        return state
    }

    @Test func `cart-poles know their reward and fall`() throws {
        for result in [
            try compare(CartPole(.init()), cart), try compare(ContinuousCartPole(.init()), cart),
            try compare(MaskedCartPole(.init()), cart),
        ] {
            #expect(result.ended > 300 && result.ended < 2700 && result.wrong == 0)
        }
        #expect(try compare(CartPoleSwingUp(.init()), turned) == (0, 0))
        #expect(try compare(MaskedCartPoleSwingUp(.init()), turned) == (0, 0))
    }

    @Test func `cart-poles that never end know when they are beyond the limits`() throws {
        var configuration = CartPole.Configuration()
        configuration.terminates = false
        #expect(try compare(CartPole(configuration), cart) == (0, 0))
        #expect(try compare(ContinuousCartPole(configuration), cart) == (0, 0))
        #expect(try compare(MaskedCartPole(configuration), cart) == (0, 0))
    }

    @Test(arguments: [false, true])
    func `mountain cars know their reward and goal`(isSparse: Bool) throws {
        for velocity in [0, 0.02] {
            var configuration = MountainCar.Configuration()
            configuration.goalVelocity = velocity
            configuration.sparse = isSparse
            for result in [
                try compare(MountainCar(configuration), car),
                try compare(ContinuousMountainCar(configuration), car),
            ] {
                #expect(result.ended > 200 && result.ended < 2700 && result.wrong == 0)
            }
        }
    }

    @Test func `the acrobot knows its reward and height`() throws {
        let result = try compare(Acrobot(.init())) { generator in
            Acrobot.State([
                generator.uniform(-3, 3), generator.uniform(-3, 3), generator.uniform(-5, 5),
                generator.uniform(-5, 5),
            ])
        }
        #expect(result.ended > 300 && result.ended < 2700 && result.wrong == 0)
    }

    @Test(arguments: PointMass.Shaping.allCases, PointMass.Control.allCases)
    func `the point mass knows its reward and goals`(
        shaping: PointMass.Shaping, control: PointMass.Control
    ) throws {
        var configuration = PointMass.Configuration()
        configuration.reward = shaping
        configuration.control = control
        configuration.goals = [0.5, 0.5, -0.5, 0]
        configuration.radius = 0.4
        configuration.bonus = 3
        configuration.noise = 0.05
        let result = try compare(PointMass(configuration)) { generator in
            let x = generator.uniform(-1, 1)
            return PointMass.State(position: [x, generator.uniform(-1, 1)], velocity: [0.01, 0])
        }
        #expect(result.ended > 300 && result.ended < 2700 && result.wrong == 0)
    }

    @Test func `the pendulum knows its reward at every angle`() throws {
        let result = try compare(Pendulum()) { generator in
            let angle = generator.uniform(-9, 9)
            return Pendulum.State(angle: angle, velocity: generator.uniform(-8, 8))
        }
        #expect(result == (0, 0))
    }
}
