"""Gymnasium: steps of classic control with random actions, on one core."""

import gymnasium

STEPS = 2000


def stepping(name):
    def prepare():
        env = gymnasium.make(name)
        env.reset(seed=0)
        env.action_space.seed(0)
        actions = [env.action_space.sample() for _ in range(STEPS)]

        def run():
            for action in actions:
                _, _, terminated, truncated, _ = env.step(action)
                if terminated or truncated:
                    env.reset()

        return run

    return prepare


def work():
    return {
        "version": gymnasium.__version__, "cart-pole": stepping("CartPole-v1"),
        "pendulum": stepping("Pendulum-v1"),
    }
