"""Trains agents as their pages say, evaluates them, and keeps what they reached.

    python3 Scripts/measure_learning.py                     # all, three seeds each: hours
    python3 Scripts/measure_learning.py --only c51 lsp      # some agents
    python3 Scripts/measure_learning.py --missing           # what the table does not have yet

Rows go to Documentation/Results/learning.csv, one for each agent, task and seed: the mean return of
20 evaluation episodes by the last checkpoint and its standard error, or, where an agent is after
something else, the last value that its records have of it. A row that was measured before is
replaced. Runs lie in a temporary folder unless another is named; what was measured is written after
each run.
"""

import argparse
import csv
import datetime
import json
import os
import pathlib
import subprocess
import tempfile
import time

TABLE = pathlib.Path("Documentation/Results/learning.csv")
COLUMNS = [
    "agent", "task", "settings", "seed", "steps", "measure", "value", "standard_error",
    "seconds", "date",
]
EPISODES = 20

RETURN = "return"
# Agent, its task (with arguments after a space; "" is the one it is shown on), further options of the
# command, and what counts.
CASES = [
    ("reinforce", "", "", RETURN),
    ("reinforce", "gym:CartPole-v1", "", RETURN),
    ("a2c", "", "", RETURN),
    ("a2c", "gym:CartPole-v1", "", RETURN),
    ("a2c", "gym:Acrobot-v1", "", RETURN),
    ("a3c", "", "", RETURN),
    ("a3c", "gym:CartPole-v1", "", RETURN),
    ("unreal", "", "", RETURN),
    ("unreal", "gym:CartPole-v1", "", RETURN),
    ("iterated", "", "", RETURN),
    ("iterated", "gym:CartPole-v1", "", RETURN),
    ("trpo", "", "", RETURN),
    ("trpo", "gym:CartPole-v1", "", RETURN),
    ("trpo", "gym:Pendulum-v1", "", RETURN),
    ("ppo", "", "", RETURN),
    ("ppo", "gym:CartPole-v1", "", RETURN),
    ("ppo", "gym:Acrobot-v1", "", RETURN),
    ("v-mpo", "", "", RETURN),
    ("v-mpo", "gym:CartPole-v1", "", RETURN),
    ("awr", "", "", RETURN),
    ("awr", "gym:CartPole-v1", "", RETURN),
    ("sac", "", "", RETURN),
    ("sac", "gym:Pendulum-v1", "", RETURN),
    ("sac", "pendulum-masked", "--env-set repeat=2 --steps 4000", RETURN),
    ("mpo", "", "", RETURN),
    ("mpo", "gym:Pendulum-v1", "", RETURN),
    ("soft-q", "", "", RETURN),
    ("soft-q", "gym:CartPole-v1", "", RETURN),
    ("c51", "", "", RETURN),
    ("c51", "gym:CartPole-v1", "", RETURN),
    ("lsp", "", "", RETURN),
    ("lsp", "", "--set layers=1 --set rewards=task --set rewardScales=20", RETURN),
    ("lsp", "pendulum", "", RETURN),
    ("lsp", "pendulum", "--set layers=1 --set rewardScales=0.2", RETURN),
    ("lsp", "gym:Pendulum-v1", "", RETURN),
    ("options", "", "", RETURN),
    ("options", "gym:CartPole-v1", "--steps 200000", RETURN),
    ("option-critic", "", "", RETURN),
    ("option-critic", "cartpole", "", RETURN),
    ("option-critic", "gym:CartPole-v1", "", RETURN),
    ("diayn", "", "", "skills.accuracy"),
    ("diayn", "gym:Pendulum-v1", "", "skills.accuracy"),
    ("vime", "", "", RETURN),
    ("gail", "", "", RETURN),
    ("gail", "gym:CartPole-v1", "", RETURN),
    ("intrinsic-control", "", "", "information.exact"),
    ("empowerment", "", "", "empowerment.error"),
    ("posterior-sampling", "", "", "regret.total"),
    ("posterior-sampling", "bandit", "", RETURN),
    ("posterior-sampling", "gym:FrozenLake-v1", "--steps 30000", RETURN),
    ("generative-agent", "", "", RETURN),
]


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", metavar="AGENT", help="these agents alone")
    parser.add_argument("--missing", action="store_true", help="leave out what the table has")
    parser.add_argument("--seeds", nargs="*", type=int, default=[0, 1, 2])
    parser.add_argument("--program", default=".build/release/optimist")
    parser.add_argument("--runs", help="keep the runs in this folder")
    parser.add_argument("--table", type=pathlib.Path, default=TABLE)
    return parser.parse_args()


def call(program, *words):
    answer = subprocess.run(
        [program, *words, "--format", "json", "--quiet"], check=True, capture_output=True)
    return json.loads(answer.stdout)


def last_value(records, name):
    """The last value that a run's records have under a name."""
    value = None
    for line in pathlib.Path(records).read_text().splitlines():
        value = json.loads(line)["metrics"].get(name, value)
    if value is None:
        raise SystemExit(f"{records}: no record has a value '{name}'.")
    return value


def measure(program, case, seed, folder):
    agent, task, options, counted = case
    began = time.monotonic()
    environment = ["--env", task] if task else []
    run = call(
        program, "train", agent, *environment, *options.split(), "--seed", str(seed),
        "--threads", "1", "--runs", folder)
    seconds = time.monotonic() - began
    if counted == RETURN:
        result = call(
            program, "evaluate", run["run"], "--episodes", str(EPISODES), "--seed", "1000")
        value, error = result["meanReturn"], result["standardError"]
    else:
        value, error = last_value(pathlib.Path(run["run"]) / "records.jsonl", counted), ""
    return {
        "agent": agent, "task": task or "its own", "settings": options, "seed": seed,
        "steps": run["steps"], "measure": counted, "value": f"{value:.5g}",
        "standard_error": f"{error:.3g}" if error != "" else "", "seconds": round(seconds),
        "date": datetime.date.today().isoformat(),
    }


def key(row):
    return row["agent"], row["task"], row["settings"], str(row["seed"])


def read(table):
    if not table.exists():
        return {}
    with table.open(newline="") as file:
        return {key(row): row for row in csv.DictReader(file)}


def write(table, rows):
    """Writes beside the table first: what was measured for hours is not lost to a full disk."""
    order = [(case[0], case[1] or "its own", case[2]) for case in CASES]
    place = {name: index for index, name in enumerate(order)}
    rows = sorted(rows.values(), key=lambda row: (place.get(key(row)[:3], 999), *key(row)))
    table.parent.mkdir(parents=True, exist_ok=True)
    draft = table.with_suffix(".new")
    with draft.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(draft, table)


def main():
    options = arguments()
    for case in CASES:
        if options.only and case[0] not in options.only:
            continue
        for seed in options.seeds:
            name = (case[0], case[1] or "its own", case[2], str(seed))
            if options.missing and name in read(options.table):
                continue
            with tempfile.TemporaryDirectory() as folder:
                try:
                    row = measure(options.program, case, seed, options.runs or folder)
                except subprocess.CalledProcessError as error:
                    print(*name, "failed:", error.stderr.decode().strip()[-500:], flush=True)
                    continue
            print(*row.values(), flush=True)
            rows = read(options.table)
            rows[key(row)] = row
            write(options.table, rows)


if __name__ == "__main__":
    main()
