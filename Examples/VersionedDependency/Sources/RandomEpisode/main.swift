import OptimistCore
import OptimistEnvironments

/// The return of one episode of the pendulum under random torques.
func randomReturn(seed: UInt64) throws -> Double {
    var environment = TaskEnvironment(Pendulum())
    var generator = Generator(seed: seed)
    _ = environment.reset(seed: seed)
    var total = 0.0
    while true {
        let step = try environment.step([Float(generator.uniform(-2, 2))])
        total += step.reward
        if step.ending != .none { return total }
    }
}

let first = try randomReturn(seed: 1)
guard try randomReturn(seed: 1) == first, try randomReturn(seed: 2) != first else {
    fail("RandomEpisode", "the seed does not decide the episode")
}
print("the return of a pendulum under random torques:", first)
