"""SBX, jitted: updates of soft actor-critic from a replay of random transitions."""

import gymnasium
import jax
import numpy as np
import sbx
from gymnasium.spaces import Box

UPDATES = 50


class Random(gymnasium.Env):
    observation_space = Box(-np.inf, np.inf, (17,), np.float32)
    action_space = Box(-1, 1, (6,), np.float32)

    def reset(self, seed=None, options=None):
        return np.zeros(17, np.float32), {}

    def step(self, action):
        return np.random.randn(17).astype(np.float32), np.random.randn(), False, False, {}


def model():
    model = sbx.SAC(
        "MlpPolicy", Random(), batch_size=256, learning_starts=19_999, buffer_size=20_000)
    model.learn(20_000)
    return model


def updates(calls, steps):
    """So many calls of so many updates each; updates of one call are one compiled loop."""

    def prepare():
        agent = model()

        def run():
            for _ in range(calls):
                agent.train(gradient_steps=steps, batch_size=256)
            jax.block_until_ready(agent.policy.actor_state.params)
            jax.block_until_ready(agent.policy.qf_state.params)

        return run

    return prepare


def work():
    return {
        "version": sbx.__version__, "sac": updates(1, UPDATES),
        "sac-one-by-one": updates(UPDATES, 1),
    }
