import Foundation
import OptimistCore
import OptimistEnvironments
import Testing

@Suite struct TaskTests {
    @Test(arguments: BuiltInEnvironment.allCases)
    func `every built-in environment passes the check`(builtIn: BuiltInEnvironment) throws {
        let environment = try EnvironmentRegistry.standard.make(name: builtIn.rawValue)
        #expect(environment.name == builtIn.rawValue)
        for seed in 0..<5 as Range<UInt64> {
            #expect(EnvironmentCheck(seed: seed).check(environment) == [])
        }
    }

    @Test(arguments: [
        "pendulum", "cartpole", "cartpole-continuous", "cartpole-swingup", "cartpole-masked",
        "cartpole-swingup-masked", "mountain-car", "mountain-car-continuous", "acrobot",
        "point-mass", "multigoal", "lqr", "bouncing-ball",
    ])
    func `reward and termination are known where they can be`(name: String) throws {
        let task = try EnvironmentRegistry.standard.makeTask(name: name)
        #expect(task.knownReward != nil && task.knownTermination != nil)
    }

    @Test(arguments: ["pendulum-masked", "pendulum-pixels"])
    func `a reward that needs what is hidden is not known`(name: String) throws {
        #expect(try EnvironmentRegistry.standard.makeTask(name: name).knownReward == nil)
    }

    @Test func `a goal of the point mass pays and terminates as known`() throws {
        let arguments = [
            (key: "control", value: "velocity"), (key: "bound", value: "7"),
            (key: "gain", value: "1"), (key: "goals", value: "5,0,-5,0,0,5,0,-5"),
            (key: "action-cost", value: "30"), (key: "radius", value: "1"),
            (key: "bonus", value: "10"), (key: "time-limit", value: "30"),
        ]
        let multigoal = try EnvironmentRegistry.standard.make(
            name: "point-mass", arguments: arguments)
        for seed in 0..<20 as Range<UInt64> {
            #expect(EnvironmentCheck(seed: seed).check(multigoal) == [])
        }
        let task = try #require(
            EnvironmentRegistry.standard.makeTask(
                name: "point-mass", arguments: arguments.dropLast()) as? PointMass)
        var (state, noise) = (
            PointMass.State(position: [4, 0.5], velocity: .zero), Generator(seed: 0)
        )
        let (reward, terminated) = task.advance(&state, action: [0.5, 0], using: &noise)
        #expect(terminated && state.position == [4.5, 0.5])
        #expect(abs(reward - (10 - 0.5 - 30 * 0.25)) < 1e-12)
    }

    @Test func `the multigoal task is a point mass with four goals`() throws {
        let task = Multigoal()
        var (state, noise) = (
            PointMass.State(position: [-4, 0.5], velocity: .zero), Generator(seed: 0)
        )
        let (reward, terminated) = task.advance(&state, action: [-0.5, 0], using: &noise)
        #expect(terminated && state.position == [-4.5, 0.5])
        #expect(abs(reward - (10 - 0.5 - 30 * 0.25)) < 1e-12)
        state.position = [6.75, 3]
        let away = task.advance(&state, action: [1, 0], using: &noise)
        #expect(state.position.x == 7 && !away.terminated)
        #expect(abs(away.reward + 13 + 30) < 1e-12)
    }

    @Test func `walls stop the point mass`() {
        var configuration = PointMass.Configuration()
        configuration.gain = 3
        let task = PointMass(configuration)
        var (state, noise) = (PointMass.State(position: .zero, velocity: .zero), Generator(seed: 0))
        _ = task.advance(&state, action: [1, -0.1], using: &noise)
        #expect(state.position.x == 1 && state.velocity.x == 0)
        #expect(abs(state.position.y + 0.3) < 1e-7 && state.velocity.y < 0)
    }

    @Test func `the track's end stops the cart of the swing-up`() {
        let task = CartPoleSwingUp(.init())
        var state = CartPoleState(position: 2.49, velocity: 3, angle: .pi, angularVelocity: 0)
        var noise = Generator(seed: 0)
        let (reward, terminated) = task.advance(&state, action: [1], using: &noise)
        #expect(state.position == 2.5 && state.velocity == 0 && !terminated)
        #expect(reward < 1e-3 && reward > -0.011)
        var upright = CartPoleState(position: 0, velocity: 0, angle: 0, angularVelocity: 0)
        #expect(task.advance(&upright, action: [0], using: &noise).reward == 1)
    }

    @Test func `the best plan of the double integrator costs what Riccati says`() throws {
        // Backward Riccati recursion for s' = A s + B a, cost (s'Qs + 0.01 a²) / 2, 20 steps.
        var value = (0.0, 0.0, 0.0)  // p11, p12, p22
        var gains: [(Double, Double)] = []
        for _ in 0..<20 {
            let (p11, p12, p22) = value
            let curvature = 0.01 + 0.01 * p22
            let gain = (0.1 * p12 / curvature, 0.1 * (0.1 * p12 + p22) / curvature)
            gains.insert(gain, at: 0)
            let (a11, a12) = (p11, 0.1 * p11 + p12)
            let a22 = 0.1 * (0.1 * p11 + p12) + 0.1 * p12 + p22
            value = (
                1 + a11 - curvature * gain.0 * gain.0, a12 - curvature * gain.0 * gain.1,
                0.1 + a22 - curvature * gain.1 * gain.1
            )
        }
        #expect(abs(gains[0].0 - 7.603179) < 1e-6 && abs(gains[0].1 - 4.977112) < 1e-6)
        var environment = TaskEnvironment(LinearQuadratic())
        let episode = try play(&environment, seed: 0) { row, _ in
            let state = row.floats.map(Double.init)
            let gain = gains.removeFirst()
            return [Float(-gain.0 * state[0] - gain.1 * state[1])]
        }
        #expect(episode.steps.count == 20 && episode.steps[19].ending == .truncated)
        #expect(abs(episode.total + 3.272531160) < 1e-6)
    }

    @Test func `sizes of the linear-quadratic task have to fit`() throws {
        let error = #expect(throws: EnvironmentError.self) {
            try EnvironmentRegistry.standard.make(name: "lqr", arguments: [("start", "1,2,3")])
        }
        #expect(error?.description.contains("the sizes do not fit: start 3") == true)
        let wide = try EnvironmentRegistry.standard.make(
            name: "lqr",
            arguments: [
                ("start", "1"), ("transition", "0.9"), ("control", "0.5,0.1"),
                ("stateCost", "1"), ("action_cost", "1,0,0,1"), ("noise", "0.1"),
                ("action-limit", "2"),
            ])
        #expect(wide.actionSpace == .box(-2, 2, shape: [2]))
        #expect(EnvironmentCheck().check(wide) == [])
    }
}
