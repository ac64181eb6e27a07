// An environment of one's own: checked for the usual mistakes, then learned by PETS.
import Foundation
import Optimist

let findings = EnvironmentCheck().check(TaskEnvironment(Docking()))
for finding in findings { print(finding.sentence) }
if !findings.isEmpty { exit(1) }
print("docking: no mistakes found")

// A preset is where to start from; any setting can be changed.
var settings = try PETS.settings(preset: "debug")
settings.dynamics.epochs = 40
settings.dynamics.learningRate = 0.01

let folder = FileManager.default.temporaryDirectory.path + "/docking-\(UUID().uuidString)"
defer { try? FileManager.default.removeItem(atPath: folder) }
let run = try Run<PETS>(
    in: folder, settings, environment: .custom("docking") { TaskEnvironment(Docking()) },
    steps: 400)

// Before its first fit, PETS acts at random.
let atRandom = try run.evaluate().meanReturn
print("random actions: mean return \(atRandom)")
let outcome = try run.train()
print("PETS after \(outcome.steps) steps: mean return \(outcome.evaluation!.meanReturn)")
