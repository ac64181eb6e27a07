"""The transition tables of Gymnasium's grid worlds, for the tests of the built-in ones.

Reads JSON from standard input: {"id": ID, "arguments": {...}}; writes {"start": [...], "pairs":
[[[probability, successor, reward, terminated], ...], ...]} to standard output, pairs in the order
state by state and action by action.
"""

import json
import sys

import gymnasium


def main():
    request = json.load(sys.stdin)
    environment = gymnasium.make(request["id"], **request["arguments"]).unwrapped
    states = int(environment.observation_space.n)
    actions = int(environment.action_space.n)
    pairs = [
        [
            [float(probability), int(successor), float(reward), bool(terminated)]
            for probability, successor, reward, terminated in environment.P[state][action]
        ]
        for state in range(states)
        for action in range(actions)
    ]
    start = [float(probability) for probability in environment.initial_state_distrib]
    json.dump({"start": start, "pairs": pairs}, sys.stdout)


main()
