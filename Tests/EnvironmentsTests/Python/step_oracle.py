"""One-step answers of Gymnasium's classic-control tasks, for the tests of the built-in ones.

Reads JSON from standard input: {"task": NAME, "states": [[...]], "actions": [...]}; writes
{"observations": [[...]], "rewards": [...], "terminated": [...]} to standard output. The states are
set directly, so that no random stream matters.
"""

import json
import sys

import gymnasium
import numpy as np

IDENTIFIERS = {
    "pendulum": "Pendulum-v1",
    "cartpole": "CartPole-v1",
    "mountain-car": "MountainCar-v0",
    "mountain-car-continuous": "MountainCarContinuous-v0",
    "acrobot": "Acrobot-v1",
}


def main():
    request = json.load(sys.stdin)
    environment = gymnasium.make(IDENTIFIERS[request["task"]]).unwrapped
    environment.reset(seed=0)
    discrete = isinstance(environment.action_space, gymnasium.spaces.Discrete)
    answer = {"observations": [], "rewards": [], "terminated": []}
    for state, action in zip(request["states"], request["actions"]):
        environment.state = np.array(state, dtype=np.float64)
        if hasattr(environment, "steps_beyond_terminated"):
            environment.steps_beyond_terminated = None
        action = int(action) if discrete else np.array([action], dtype=np.float32)
        observation, reward, terminated, _, _ = environment.step(action)
        answer["observations"].append([float(entry) for entry in observation])
        answer["rewards"].append(float(reward))
        answer["terminated"].append(bool(terminated))
    json.dump(answer, sys.stdout)


main()
