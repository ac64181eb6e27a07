"""Stable-Baselines3: PPO on eight cart-poles, acting and learning."""

import stable_baselines3
from stable_baselines3.common.env_util import make_vec_env

STEPS = 2048


def ppo():
    model = stable_baselines3.PPO(
        "MlpPolicy", make_vec_env("CartPole-v1", n_envs=8), n_steps=32, batch_size=256,
        n_epochs=20, gamma=0.98, gae_lambda=0.8, learning_rate=1e-3, ent_coef=0.0, device="cpu")
    return lambda: model.learn(STEPS, reset_num_timesteps=False)


def work():
    return {"version": stable_baselines3.__version__, "ppo": ppo}
