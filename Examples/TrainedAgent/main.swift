// A trained run, loaded to act: give its folder, or a small one is trained first. The run is one of
// PETS on the pendulum, such as optimist train pets --env pendulum makes.
import Foundation
import Optimist

/// Trains for seconds and gives the run's folder.
func trainSmallRun() throws -> String {
    let folder = FileManager.default.temporaryDirectory.path + "/pendulum-\(UUID().uuidString)"
    let run = try Run<PETS>(
        in: folder, PETS.settings(preset: "debug"), environment: .named("pendulum"), steps: 200)
    return try run.train().run
}

let given = CommandLine.arguments.dropFirst().first
let folder = try given ?? trainSmallRun()

// The five lines. An observation of the pendulum is (cos θ, sin θ, θ̇); this one hangs at rest.
let agent = try PETS(run: folder)
var carry = agent.carry(for: 1)
var generator = Generator(seed: 1)
let seen = Arrival(
    observations: Tensor([-1, 0, 0] as [Float], shape: [1, 3]), rewards: [0], isFirst: [true])
let action = try agent.act(on: seen, carrying: &carry, mode: .deterministic, using: &generator)

// Agents act in [−1, 1]; this pendulum turns that into a torque in [−2, 2].
print("hanging at rest, the agent pushes with \(2 * action.values[0]) N m")
if given == nil { try FileManager.default.removeItem(atPath: folder) }
