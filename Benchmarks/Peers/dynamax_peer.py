"""dynamax: its jitted Kalman filter, in float64 as ours."""

from importlib.metadata import version

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
from dynamax.linear_gaussian_ssm import LinearGaussianSSM


def kalman():
    model = LinearGaussianSSM(state_dim=4, emission_dim=2)
    parameters, _ = model.initialize(
        jax.random.PRNGKey(0), initial_mean=jnp.zeros(4), initial_covariance=jnp.eye(4),
        dynamics_weights=jnp.array(
            [[1, 0, 0.1, 0], [0, 1, 0, 0.1], [0, 0, 0.95, 0], [0, 0, 0, 0.95]]),
        dynamics_covariance=0.01 * jnp.eye(4), emission_weights=jnp.eye(2, 4),
        emission_covariance=0.1 * jnp.eye(2))
    observations = jax.random.normal(jax.random.PRNGKey(1), (10_000, 2))
    jitted = jax.jit(model.filter)
    return lambda: jax.block_until_ready(jitted(parameters, observations))


def work():
    return {"version": version("dynamax"), "kalman": kalman}
