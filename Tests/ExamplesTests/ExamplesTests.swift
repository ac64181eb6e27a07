import Foundation
import Testing

@Suite struct ExamplesTests {
    @Test func `a custom environment passes its check and is learned`() throws {
        let example = try Example("CustomEnvironment")
        #expect(example.exitCode == 0)
        #expect(example.lines.first == "docking: no mistakes found")
        let atRandom = try #require(example.number(after: "random actions: mean return"))
        let trained = try #require(example.number(after: "PETS after 400 steps: mean return"))
        // Ten episodes from the same starts; at random the boat drifts away.
        #expect(trained > atRandom / 2)
    }

    @Test func `a custom agent stops, resumes and ends as if never stopped`() throws {
        let example = try Example("CustomAgent")
        #expect(example.exitCode == 0)
        #expect(
            example.lines.prefix(2) == [
                "stopped at step 2000 with a checkpoint", "resumed at step 2000",
            ])
        // The pole falls within some 20 steps at random; an episode has 200.
        let trained = try #require(example.number(after: "finished at step 30000: mean return"))
        #expect(trained > 150)
        #expect(example.lines.last == "same returns as a run never stopped: true")
    }

    @Test func `a trained run is loaded and acts`() throws {
        let example = try Example("TrainedAgent")
        #expect(example.exitCode == 0)
        let torque = try #require(example.number(after: "the agent pushes with"))
        #expect(abs(torque) <= 2)
    }

    @Test func `the program of the README runs`() throws {
        let example = try Example("TenLines")
        #expect(example.exitCode == 0)
        #expect(example.lines.filter { $0.hasSuffix("the ensemble was fitted") }.count >= 2)
        #expect(example.number(after: "mean return") != nil)
        #expect(example.lines.last == "actions are inferred by cem over 5 actions")
    }

    @Test func `the README shows the program that is built`() throws {
        let blocks = try PackageFiles.text("README.md").components(separatedBy: "```swift\n")
        let shown = try #require(blocks.dropFirst().first).components(separatedBy: "```")[0]
        #expect(try shown == PackageFiles.text("Examples/TenLines/main.swift"))
    }
}
