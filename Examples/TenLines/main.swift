import Optimist

let run = try Run<PETS>(
    in: "runs/first", PETS.settings(preset: "debug"), environment: .named("pendulum"), steps: 400)
run.onRecord = { if $0.kind == .learning { print("step \($0.step): the ensemble was fitted") } }
let outcome = try run.train()
print("mean return \(outcome.evaluation!.meanReturn), saved in \(outcome.run)")

let agent = try PETS(run: "runs/first")
print("actions are inferred by \(agent.specification.actionInference)")
