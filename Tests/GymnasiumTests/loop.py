"""Steps an environment in Python's own loop and writes what came, for comparison.

Arguments: name, steps, first seed, file. The file holds, for each step, the action (32-bit),
the observation (32-bit), the reward (64-bit) and the ending (a byte: 1 terminated, 2 truncated);
before each episode the first observation. An episode that ended is followed by one with the
next seed.
"""

import sys

import gymnasium
import numpy as np

name, steps, seed, path = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
environment = gymnasium.make(name)
space = environment.action_space
space.seed(1)
with open(path, "wb") as file:
    observation, _ = environment.reset(seed=seed)
    file.write(np.asarray(observation, np.float32).tobytes())
    for _ in range(steps):
        action = space.sample()
        observation, reward, terminated, truncated, _ = environment.step(action)
        file.write(np.asarray(action, np.float32).tobytes())
        file.write(np.asarray(observation, np.float32).tobytes())
        file.write(np.float64(reward).tobytes())
        file.write(bytes([int(terminated) + 2 * int(truncated)]))
        if terminated or truncated:
            seed += 1
            observation, _ = environment.reset(seed=seed)
            file.write(np.asarray(observation, np.float32).tobytes())
