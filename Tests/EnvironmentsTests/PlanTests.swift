import OptimistCore
import OptimistEnvironments
import Testing

@Suite struct PlanTests {
    @Test func `the return of a plan is the discounted sum of its steps`() throws {
        let (task, horizon) = (Pendulum(), 12)
        var generator = Generator(seed: 1)
        let actions = (0..<3 * horizon).map { _ in Float(generator.uniform(-2, 2)) }
        var start = TaskEnvironment(task)
        _ = start.reset(seed: 4)
        let sums = task.returns(
            of: actions, horizon: horizon, from: start.state.task, discount: 0.9)
        for plan in 0..<3 {
            var environment = start
            var (sum, weight) = (0.0, 1.0)
            for time in 0..<horizon {
                sum += weight * (try environment.step([actions[plan * horizon + time]]).reward)
                weight *= 0.9
            }
            #expect(sums[plan] == sum)
        }
    }

    @Test func `plans can lie time first and start from states of their own`() {
        let (task, count, horizon) = (CartPoleSwingUp(.init()), 4, 5)
        var generator = Generator(seed: 2)
        let starts = (0..<count).map { _ in task.start(using: &generator) }
        let actions = (0..<count * horizon).map { _ in Float(generator.uniform(-1, 1)) }
        var sums = [Double](repeating: 0, count: count)
        starts.withUnsafeBufferPointer { starts in
            actions.withUnsafeBufferPointer { actions in
                task.returns(
                    of: TaskPlans(
                        starts: starts.baseAddress!, startStride: 1, actions: actions.baseAddress!,
                        planStride: 1, timeStride: count, horizon: horizon, generator: generator,
                        range: 0..<count), into: &sums)
            }
        }
        for plan in 0..<count {
            let own = (0..<horizon).map { actions[$0 * count + plan] }
            #expect(task.returns(of: own, horizon: horizon, from: starts[plan]) == [sums[plan]])
        }
    }

    @Test func `nothing follows a termination`() {
        let task = CartPole(.init())
        let state = CartPoleState(position: 2.39, velocity: 2, angle: 0, angularVelocity: 0)
        #expect(task.returns(of: [1, 1, 1, 1], horizon: 4, from: state) == [1])
    }

    @Test func `every plan of a random task sees the same noise`() {
        let actions = [Float](repeating: 2, count: 5 * 8)
        let sums = FrozenLake().returns(
            of: actions, horizon: 8, from: 0, generator: Generator(seed: 3))
        #expect(Set(sums).count == 1)
    }

    @Test func `rows on flat buffers move as single states`() {
        let task = Acrobot(.init())
        var generator = Generator(seed: 6)
        var states = (0..<4).map { _ in task.start(using: &generator) }
        var single = states[2]
        var generators = [Generator](repeating: generator, count: 4)
        var rewards = [Double](repeating: 0, count: 4)
        var flags = [Bool](repeating: true, count: 4)
        var actions: [Float] = [0, 1, 2, 0]
        states.withUnsafeMutableBufferPointer { states in
            generators.withUnsafeMutableBufferPointer { generators in
                rewards.withUnsafeMutableBufferPointer { rewards in
                    flags.withUnsafeMutableBufferPointer { flags in
                        actions.withUnsafeMutableBufferPointer { actions in
                            task.advance(
                                TaskRows(
                                    states: states.baseAddress!,
                                    generators: generators.baseAddress!,
                                    actions: actions.baseAddress!, actionWidth: 1,
                                    rewards: rewards.baseAddress!,
                                    terminated: flags.baseAddress!, range: 1..<4))
                        }
                    }
                }
            }
        }
        let outcome = task.advance(&single, action: [2], using: &generator)
        #expect(states[2] == single && rewards[2] == outcome.reward && flags[2] == false)
        #expect(rewards[0] == 0 && flags[0])
    }
}
