import Foundation
import Testing

/// What every algorithm promises.
@Suite(.serialized) struct EveryAgentTests {
    @Test(arguments: AgentCase.all)
    func `killed and resumed it leaves the records of a run never stopped`(
        algorithm: AgentCase
    ) async throws {
        let folder = TestRuns.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let whole = folder + "/whole"
        try algorithm.train(whole)
        let expected = try TestRuns.record(whole)
        #expect(expected.count { $0.contains("learning") } >= 2)
        for step in [75, 201] {
            let path = folder + "/run\(step)"
            let name = algorithm.name
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, name = name as String, step = step as Int] in
                try AgentCase.named(name).train(path, killedAt: step)
            }
            try algorithm.resume(path)
            #expect(try TestRuns.record(path) == expected)
        }
    }
}
