import OptimistEnvironments
import Testing

@Suite(.enabled(if: Python.isThere, Python.need)) struct CheckTests {
    // The pendulum itself clips what is outside its box, and says nothing.
    @Test(arguments: [
        ("CartPole-v1", []), ("Pendulum-v1", [EnvironmentFinding.Kind.boundsIgnored]),
    ])
    func `an examination ends and tells what it found`(
        name: String, expected: [EnvironmentFinding.Kind]
    ) throws {
        let environment = try GymnasiumEnvironment(GymnasiumName("gym:" + name))
        defer { environment.close() }
        #expect(EnvironmentCheck(steps: 600).check(environment).map(\.kind) == expected)
    }

    @Test func `a step without an open episode and an action out of range are refused`() throws {
        let environment = try GymnasiumEnvironment(GymnasiumName("gym:CartPole-v1"))
        defer { environment.close() }
        #expect(
            throws: EnvironmentError.notReset(environment: "gym:CartPole-v1", copy: nil)
        ) { try environment.step([0]) }
        _ = try environment.reset(seed: 1)
        #expect(throws: EnvironmentError.self) { try environment.step([2]) }
        var steps = 1
        while try environment.step([1]).ending == .none { steps += 1 }
        #expect(
            throws: EnvironmentError.episodeOver(
                environment: "gym:CartPole-v1", copy: nil, step: steps)
        ) { try environment.step([0]) }
    }
}
