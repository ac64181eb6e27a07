import OptimistCore
import OptimistEnvironments
import Testing

@Suite struct WrapperTests {
    private func make(
        _ name: String, _ arguments: [(key: String, value: String)]
    ) throws -> any Environment {
        try EnvironmentRegistry.standard.make(name: name, arguments: arguments)
    }

    private func pendulum(seed: UInt64, steps: Int, action: Float) throws -> [Step] {
        var environment = TaskEnvironment(Pendulum(), timeLimit: nil)
        _ = environment.reset(seed: seed)
        return try (0..<steps).map { _ in try environment.step([action]) }
    }

    @Test(arguments: [
        [(key: "time-limit", value: "9")], [(key: "mask", value: "1,0")],
        [(key: "flicker", value: "0.5")], [(key: "distract", value: "3")],
        [(key: "noisy-tv", value: "2")], [(key: "frames", value: "3")],
        [(key: "repeat", value: "3")], [(key: "clip", value: "true")],
        [
            (key: "frames", value: "2"), (key: "noisy-tv", value: "1"),
            (key: "distract", value: "1"), (key: "flicker", value: "0.1"),
            (key: "mask", value: "0,1"), (key: "repeat", value: "2"),
        ],
    ])
    func `wrapped environments pass the check and repeat themselves`(
        arguments: [(key: String, value: String)]
    ) throws {
        let environment = try make("pendulum", arguments)
        #expect(EnvironmentCheck().check(environment) == [])
        let first = try playRandomly("pendulum", arguments, seed: 2, limit: 30)
        #expect(try playRandomly("pendulum", arguments, seed: 2, limit: 30) == first)
        #expect(try playRandomly("pendulum", arguments, seed: 3, limit: 30) != first)
    }

    @Test func `a time limit cuts and leaves terminations alone`() throws {
        var limited = TimeLimited(TaskEnvironment(Lottery()), limit: 1)
        _ = try limited.reset(seed: 0)
        #expect(try limited.step([0]).ending == .truncated)
        #expect(throws: EnvironmentError.episodeOver(environment: "lottery", copy: nil, step: 1)) {
            try limited.step([0])
        }
        var loose = TimeLimited(TaskEnvironment(Lottery()), limit: 2)
        _ = try loose.reset(seed: 0)
        _ = try loose.step([0])
        #expect(try loose.step([0]).ending == .terminated)
        let long = try make("pendulum", [("time-limit", "300")])
        #expect(try playAll(long).count == 300)
        let free = try make("pendulum", [("time-limit", "none")])
        #expect(EnvironmentCheck(steps: 500).check(free).map(\.kind) == [.neverEnds])
    }

    private func playAll(_ environment: some Environment) throws -> [Step] {
        var environment = environment
        return try play(&environment, seed: 0) { _, _ in [0] }.steps
    }

    @Test func `repeated actions sum rewards, count frames and stop at an ending`() throws {
        let single = try pendulum(seed: 1, steps: 12, action: 0.5)
        var repeated = ActionRepeat(TaskEnvironment(Pendulum(), timeLimit: 10), times: 4)
        _ = try repeated.reset(seed: 1)
        let steps = try (0..<3).map { _ in try repeated.step([0.5]) }
        #expect(steps.map { $0.info.last } == [4, 4, 2].map { Metric("frames", $0) })
        #expect(steps.map(\.ending) == [.none, .none, .truncated])
        #expect(steps[0].observation == single[3].observation)
        #expect(steps[0].reward == single[0..<4].reduce(0) { $0 + $1.reward })
        #expect(steps[2].reward == single[8..<10].reduce(0) { $0 + $1.reward })
        #expect(repeated.knownReward == nil && repeated.knownTermination?.isNever == true)
    }

    @Test func `frames are stacked with the oldest first`() throws {
        var stacked = FrameStack(TaskEnvironment(Pendulum()), frames: 3)
        let first = try stacked.reset(seed: 1).floats
        #expect(first.count == 9 && Array(first[0..<3]) == Array(first[6..<9]))
        let single = try pendulum(seed: 1, steps: 4, action: 1)
        let steps = try (0..<4).map { _ in try stacked.step([1]) }
        #expect(steps[0].observation.floats == first[0..<6] + single[0].observation.floats)
        #expect(
            steps[3].observation.floats
                == single[1].observation.floats + single[2].observation.floats
                + single[3].observation.floats)
        #expect(stacked.knownReward != nil)
        let state = stacked.state
        let next = try stacked.step([1])
        stacked.state = state
        #expect(try stacked.step([1]) == next)
    }

    @Test func `stacked pictures stand side by side in their channels`() throws {
        var base = TaskEnvironment(BouncingBall())
        var stacked = FrameStack(base, frames: 2)
        let first = base.reset(seed: 1)
        let second = try base.step([0]).observation
        _ = try stacked.reset(seed: 1)
        guard case .bytes(let row) = try stacked.step([0]).observation else {
            Issue.record("stacked pictures are not bytes")
            return
        }
        #expect(stacked.observationSpace == .bytes(shape: [16, 16, 2]) && row.count == 512)
        #expect((0..<256).map { Float(row[2 * $0]) } == first.floats)
        #expect((0..<256).map { Float(row[2 * $0 + 1]) } == second.floats)
    }

    @Test func `a mask shows entries in its order`() throws {
        var masked = MaskedObservations(TaskEnvironment(Pendulum()), shown: [2, 0])
        let whole = try pendulum(seed: 1, steps: 1, action: 1)[0].observation.floats
        _ = try masked.reset(seed: 1)
        #expect(try masked.step([1]).observation == .floats([whole[2], whole[0]]))
        #expect(masked.observationSpace == .box(low: [-8, -1], high: [8, 1]))
        #expect(masked.knownReward == nil && masked.knownTermination?.isNever == true)
    }

    @Test func `where observations are changed only an end that never comes stays known`() throws {
        func known(_ base: some Environment) -> [Bool?] {
            [
                ActionRepeat(base, times: 2).knownTermination,
                MaskedObservations(base, shown: [0]).knownTermination,
                Flicker(base, probability: 0.5).knownTermination,
                RescaledActions(base).knownTermination,
            ].map { $0?.isNever }
        }
        #expect(known(TaskEnvironment(Pendulum())) == [true, true, true, true])
        #expect(known(TaskEnvironment(ContinuousCartPole(.init()))) == [nil, nil, nil, false])
    }

    @Test func `flicker blanks with its probability and says so`() throws {
        var flicker = Flicker(TaskEnvironment(CartPole(.init()), timeLimit: 1000), probability: 0.3)
        var blanks = 0
        var shown = 0
        for seed in 0..<400 as Range<UInt64> {
            _ = try flicker.reset(seed: seed)
            for _ in 0..<5 {
                let row = try flicker.step([1]).observation.floats
                #expect(row.count == 5)
                if row[4] == 1 {
                    blanks += 1
                    #expect(row[..<4].allSatisfy { $0 == 0 })
                } else {
                    shown += 1
                    #expect(row[0] != 0)
                }
            }
        }
        let share = Double(blanks) / Double(blanks + shown)
        #expect(abs(share - 0.3) < 4 * (0.3 * 0.7 / 2000).squareRoot())
        #expect(flicker.knownReward == nil)
    }

    @Test func `distractors are AR(1) with unit variance and do not touch the task`() throws {
        var environment = Distractors(TaskEnvironment(Pendulum(), timeLimit: nil), count: 2)
        let single = try pendulum(seed: 1, steps: 20_000, action: 0)
        _ = try environment.reset(seed: 1)
        let steps = try (0..<20_000).map { _ in try environment.step([0]) }
        #expect(steps.map(\.reward) == single.map(\.reward))
        for entry in 3..<5 {
            let values = steps.map { Double($0.observation.floats[entry]) }
            let count = Double(values.count)
            let variance = values.reduce(0) { $0 + $1 * $1 } / count
            let lagged = zip(values, values.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / count
            // The variance's standard error is √(2 (1 + 0.95²) / (1 − 0.95²) / n) = 0.044.
            #expect(abs(variance - 1) < 4 * 0.044)
            #expect(abs(lagged / variance - 0.95) < 4 * (0.0975 / count).squareRoot())
        }
    }

    @Test func `the noisy television is silent until switched on`() throws {
        var environment = NoisyTelevision(TaskEnvironment(Pendulum()), count: 4)
        #expect(environment.actionSpace == .box(low: [-2, -1], high: [2, 1]))
        let first = try environment.reset(seed: 1).floats
        #expect(first.count == 7 && first[3...].allSatisfy { $0 == 0 })
        #expect(try environment.step([1, 0.5]).observation.floats[3...].allSatisfy { $0 == 0 })
        let noise = try environment.step([1, 0.6]).observation.floats[3...]
        #expect(noise.allSatisfy { $0 != 0 } && Set(noise).count == 4)
        let error = #expect(throws: EnvironmentError.self) { try environment.step([1, 3]) }
        #expect(
            error
                == .badAction(
                    environment: "pendulum", copy: nil, step: 3, entry: 1, value: "3.0",
                    allowed: "-1.0 to 1.0"))
    }

    @Test func `clipped actions are those at the bounds`() throws {
        var clipped = ClippedActions(TaskEnvironment(Pendulum()))
        _ = try clipped.reset(seed: 1)
        let step = try clipped.step([50])
        #expect(step == (try pendulum(seed: 1, steps: 1, action: 2)[0]))
        #expect(clipped.actionSpace == .box(-.infinity, .infinity, shape: [1]))
        #expect(throws: EnvironmentError.self) { try clipped.step([.nan]) }
    }

    @Test func `known rewards see through clipping, scaling and added entries`() throws {
        let base = TaskEnvironment(Pendulum())
        let wrapped = Distractors(
            FrameStack(RescaledActions(ClippedActions(base)), frames: 2), count: 3)
        let scaled = FrameStack(NoisyTelevision(RescaledActions(base), count: 2), frames: 2)
        try expectKnownReward(wrapped, actions: [[3], [-0.5]])
        try expectKnownReward(scaled, actions: [[0.7, 1], [-1, -1]])
    }

    private func expectKnownReward(_ environment: some Environment, actions: [[Float]]) throws {
        var environment = environment
        let reward = try #require(environment.knownReward)
        let termination = try #require(environment.knownTermination)
        var rows = try environment.reset(seed: 1).floats
        var expected: [Double] = []
        for action in actions {
            let step = try environment.step(action)
            rows += step.observation.floats
            expected.append(step.reward)
        }
        let width = environment.observationSpace.width
        var (known, ended) = ([Float](repeating: 0, count: 2), [true, true])
        rows.withUnsafeBufferPointer { rows in
            actions.flatMap { $0 }.withUnsafeBufferPointer { actions in
                let batch = TransitionRows(
                    observations: .init(rebasing: rows[..<(2 * width)]), actions: actions,
                    nextObservations: .init(rebasing: rows[width...]), count: 2)
                known.withUnsafeMutableBufferPointer { reward.evaluate(batch, $0) }
                ended.withUnsafeMutableBufferPointer { termination.evaluate(batch, $0) }
            }
        }
        for index in 0..<2 { #expect(abs(Double(known[index]) - expected[index]) < 1e-4) }
        #expect(ended == [false, false])
    }

    @Test func `agents act within one on bounded boxes and raw on unbounded ones`() throws {
        var scaled = RescaledActions(TaskEnvironment(Pendulum()))
        _ = try scaled.reset(seed: 1)
        #expect(scaled.actionSpace == .box(-1, 1, shape: [1]))
        #expect(try scaled.step([-0.5]) == (try pendulum(seed: 1, steps: 1, action: -1)[0]))
        #expect(RescaledActions(TaskEnvironment(LinearQuadratic())).actionSpace.isBounded == false)
        #expect(RescaledActions(TaskEnvironment(CartPole(.init()))).actionSpace == .discrete(2))
        let scaling = ActionScaling(.box(low: [-2, 1], high: [2, 1]))
        #expect(scaling.toEnvironment([0.5, 0.3]) == [1, 1])
        #expect(scaling.toAgent([1, 1]) == [0.5, 0])
    }

    @Test func `pixels are the drawing`() throws {
        var seen = PixelObservations(TaskEnvironment(CartPole(.init())), width: 24, height: 12)
        #expect(seen.observationSpace == .bytes(shape: [12, 24, 3]))
        let first = try seen.reset(seed: 1)
        #expect(first == .bytes(try #require(try seen.render(width: 24, height: 12)).pixels))
        var blind = PixelObservations(TaskEnvironment(Lottery()), width: 8, height: 8)
        #expect(throws: EnvironmentError.self) { try blind.reset(seed: 0) }
    }
}
