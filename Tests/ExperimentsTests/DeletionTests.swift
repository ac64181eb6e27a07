import Foundation
import OptimistExperiments
import Testing

/// A damaged run can be deleted, and nothing but a run.
@Suite(.serialized) struct DeletionTests {
    /// A run of a few steps whose `run.json` is broken.
    private func brokenRun() throws -> RunFolder {
        let folder = RunFolder(TestRuns.folder() + "/run")
        let run = try TestRuns.start(folder.path)
        run.shouldStop = { $0.steps >= 10 }
        #expect(throws: RunError.self) { try run.train() }
        try Data("{".utf8).write(to: URL(fileURLWithPath: folder.description))
        return folder
    }

    private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private func refusal(_ folder: RunFolder) -> String {
        let error = #expect(throws: RunError.self) { try folder.delete() }
        guard case .notDeleted(folder.path, let reason) = error else {
            Issue.record("\(String(describing: error))")
            return ""
        }
        return reason
    }

    @Test func `a run whose description is broken is deleted`() throws {
        let folder = try brokenRun()
        // Left by a machine that went down while a checkpoint was written.
        try FileManager.default.createDirectory(
            atPath: folder.checkpoint(20) + ".partial", withIntermediateDirectories: true)
        try folder.delete()
        #expect(!isThere(folder.path))
    }

    @Test(arguments: [
        "notes.txt", "checkpoints/notes.txt", "segments/a/b.safetensors", ".git/HEAD",
    ])
    func `a broken run with something else in it stays whole`(name: String) throws {
        let folder = try brokenRun()
        let path = folder.path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
        let first = name.hasPrefix("segments") ? "segments/a" : name.hasPrefix(".") ? ".git" : name
        #expect(
            refusal(folder).hasSuffix(
                ", and \(first) in it is not a run's: delete the folder by hand"))
        #expect(isThere(path) && isThere(folder.store) && isThere(folder.checkpoint(0)))
    }

    @Test func `a link in a broken run keeps it from being deleted`() throws {
        let folder = try brokenRun()
        let other = TestRuns.folder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.segments + "/other.safetensors", withDestinationPath: other)
        #expect(refusal(folder).contains("segments/other.safetensors in it is not a run's"))
        #expect(isThere(other))
    }

    @Test func `a folder that only has a file of that name is not a run`() throws {
        let folder = RunFolder(TestRuns.folder())
        try Data("{}".utf8).write(to: URL(fileURLWithPath: folder.description))
        #expect(refusal(folder).contains("it has no run.sqlite: "))
        #expect(isThere(folder.description))
    }

    @Test func `a link to a broken run is not followed`() throws {
        let folder = try brokenRun()
        let link = RunFolder(TestRuns.folder() + "/link")
        try FileManager.default.createSymbolicLink(
            atPath: link.path, withDestinationPath: folder.path)
        #expect(refusal(link).contains("it is no folder"))
        #expect(isThere(folder.store))
    }

    @Test func `a broken run in training is locked`() throws {
        let folder = RunFolder(TestRuns.folder() + "/run")
        let run = try TestRuns.start(folder.path)
        try Data("{".utf8).write(to: URL(fileURLWithPath: folder.description))
        #expect(throws: RunError.locked(path: folder.path)) { try folder.delete() }
        withExtendedLifetime(run) {}
    }
}
