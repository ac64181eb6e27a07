import Foundation
import OptimistEnvironments
import OptimistExperience
import OptimistExperiments

/// What a run will take of memory and disk, as far as its experience goes.
struct RunEstimate {
    let steps: Int
    let bytesPerStep: Int

    /// Bytes that a step of an environment takes in the replay; 0 where it cannot be told without
    /// starting it.
    static func bytesPerStep(in plan: TrainingPlan) -> Int {
        guard !plan.environment.hasPrefix("gym:"),
            let environment = try? EnvironmentRegistry.standard.make(
                name: plan.environment,
                arguments: plan.environmentArguments.sorted { $0.key < $1.key }
                    .map { ($0.key, $0.value) })
        else { return 0 }
        return EpisodeLayout(
            observations: environment.observationSpace, actions: environment.actionSpace
        ).bytesPerStep + 16
    }

    /// Memory for the replay, bytes.
    var memory: Int { steps * bytesPerStep }

    var sentence: String {
        bytesPerStep == 0
            ? "its experience in memory and on disk"
            : "\(RunEstimate.size(memory)) of experience in memory and on disk"
    }

    /// Refuses a run whose experience cannot fit.
    ///
    /// - Throws: `UsageError.outOfRange` with a remedy.
    func refuseIfTooLarge() throws {
        let physical = Int(ProcessInfo.processInfo.physicalMemory)
        guard memory > physical else { return }
        throw UsageError.outOfRange(
            option: "--steps", value: "\(steps)",
            allowed: "what fits in \(RunEstimate.size(physical)) of memory; limit the replay with "
                + "--set run.replayCapacity=N")
    }

    private static func size(_ bytes: Int) -> String {
        bytes >= 1 << 30
            ? String(format: "%.1f GiB", Double(bytes) / Double(1 << 30))
            : String(format: "%.1f MiB", Double(bytes) / Double(1 << 20))
    }
}
