// An agent of one's own: it runs, stops in between with a checkpoint, resumes, and ends with the
// same numbers as a run that was never stopped.
import Foundation
import Optimist

let folder = FileManager.default.temporaryDirectory.path + "/search-\(UUID().uuidString)"
defer { try? FileManager.default.removeItem(atPath: folder) }

func makeRun(_ name: String) throws -> Run<CrossEntropySearch> {
    try Run(
        in: "\(folder)/\(name)", environment: .named("cartpole-continuous"), steps: 30_000,
        seed: 1)
}

/// Trains until 2,000 steps are done, as if Ctrl-C had been pressed there.
func trainPartly(_ run: Run<CrossEntropySearch>) throws {
    run.shouldStop = { $0.steps >= 2_000 }
    do {
        try run.train()
    } catch RunError.interrupted(let step) {
        print("stopped at step \(step) with a checkpoint")
    }
}

try trainPartly(makeRun("stopped"))
let resumed = try Run<CrossEntropySearch>(resuming: folder + "/stopped")
print("resumed at step \(resumed.steps)")
let evaluation = try resumed.train().evaluation!
print("finished at step \(resumed.steps): mean return \(evaluation.meanReturn)")

let uninterrupted = try makeRun("whole").train().evaluation!
print("same returns as a run never stopped: \(evaluation.returns == uninterrupted.returns)")
