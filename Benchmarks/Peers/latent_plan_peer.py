"""JAX, jitted: a plan of the generative agent by importance weighting.

Three passes of 128 sequences of 12 raw actions, closed-loop draws of the habit and, after the first
pass, open-loop draws of a Gaussian; weights are exponentiated scores times the ratio of habit to
proposal, tempered until 5 sequences count.
"""

import jax
import jax.numpy as jnp

from jax_peer import layers, network

HIDDEN, LATENT, ACTION, UNITS = 64, 8, 1, 64
CANDIDATES, HORIZON, PASSES, DISCOUNT = 128, 12, 3, 0.98
ENOUGH, SCALE, FLOOR = 5.0, 4.0, 0.05


def parameters():
    keys = jax.random.split(jax.random.PRNGKey(0), 6)
    features = HIDDEN + LATENT

    def head(key, inputs, outputs):
        return layers(key, [inputs, UNITS, UNITS, outputs])

    return {
        "cell": layers(keys[0], [LATENT + ACTION, 3 * HIDDEN]) + layers(keys[1], [HIDDEN, 3 * HIDDEN]),
        "prior": head(keys[2], HIDDEN, 2 * LATENT),
        "reward": head(keys[3], features, 1),
        "habit": head(keys[4], features, 2 * ACTION),
        "value": head(keys[5], features, 1),
    }


def gru(p, x, h):
    (wi, bi), (wh, bh) = p
    ir, iz, i = jnp.split(x @ wi + bi, 3, -1)
    hr, hz, n = jnp.split(h @ wh + bh, 3, -1)
    r, z = jax.nn.sigmoid(ir + hr), jax.nn.sigmoid(iz + hz)
    c = jnp.tanh(i + r * n)
    return c + z * (h - c)


def log_normal(x, mean, deviation):
    return jnp.sum(-0.5 * ((x - mean) / deviation) ** 2 - jnp.log(deviation) - 0.9189385, -1)


def law(output, low, high):
    mean, raw = jnp.split(output, 2, -1)
    return mean, jax.nn.sigmoid(raw) * (high - low) + low


def roll_out(p, start, planned, is_habit, key):
    """Scores, raw actions [horizon, candidate, action] and their density under the habit."""
    first, second = jax.random.split(key)
    noise = jax.random.normal(first, (HORIZON, CANDIDATES, ACTION))
    states = jax.random.normal(second, (HORIZON, CANDIDATES, LATENT))

    def step(carry, inputs):
        features, score, density, discount = carry
        planned, noise, state_noise = inputs
        mean, deviation = law(network(p["habit"], features, jax.nn.elu), 0.1, 1.0)
        raw = jnp.where(is_habit, mean + deviation * noise, planned)
        density = density + log_normal(raw, mean, deviation)
        x = jnp.concatenate([features[:, HIDDEN:], jnp.tanh(raw)], -1)
        h = gru(p["cell"], x, features[:, :HIDDEN])
        z_mean, z_raw = jnp.split(network(p["prior"], h, jax.nn.elu), 2, -1)
        z = z_mean + (jax.nn.softplus(z_raw) + 0.05) * state_noise
        features = jnp.concatenate([h, z], -1)
        reward = network(p["reward"], features, jax.nn.elu)[:, 0]
        return (features, score + discount * SCALE * reward, density, discount * DISCOUNT), raw

    zeros = jnp.zeros(CANDIDATES)
    begin = (jnp.broadcast_to(start, (CANDIDATES, HIDDEN + LATENT)), zeros, zeros, 1.0)
    (features, score, density, discount), raw = jax.lax.scan(step, begin, (planned, noise, states))
    value = network(p["value"], features, jax.nn.elu)[:, 0] * 40
    return score + discount * value, raw, density


def temperature(score, ratio):
    def too_small(logarithm):
        w = jax.nn.softmax(score * jnp.exp(-logarithm)[:, None] + ratio, -1)
        return jnp.sum(w * w, -1) > 1 / ENOUGH

    low, width = jnp.zeros(1), 14.0
    needed = too_small(low)
    for _ in range(3):
        width /= 32
        low = low + jnp.sum(too_small(low + (1 + jnp.arange(32)) * width)) * width
    return jnp.where(needed, jnp.exp(low + width), 1.0)[0]


def latent_plan():
    p = parameters()
    start = 0.1 * jax.random.normal(jax.random.PRNGKey(2), (HIDDEN + LATENT,))

    def weigh(score, raw, density, proposal):
        ratio = density - proposal
        w = jax.nn.softmax(score / temperature(score, ratio) + ratio)[None, :, None]
        mean = jnp.sum(w * raw, 1)
        deviation = jnp.sqrt(jnp.sum(w * (raw - mean[:, None]) ** 2, 1))
        return mean, jnp.maximum(deviation, FLOOR)

    @jax.jit
    def solve(start, key):
        keys = jax.random.split(key, 2 * PASSES)
        planned = jnp.zeros((HORIZON, CANDIDATES, ACTION))
        everyone = jnp.ones((CANDIDATES, 1), bool)
        score, raw, density = roll_out(p, start, planned, everyone, keys[0])
        mean, deviation = weigh(score, raw, density, density)
        half = (jnp.arange(CANDIDATES) < CANDIDATES // 2)[:, None]

        def improve(fit, keys):
            mean, deviation = fit
            noise = jax.random.normal(keys[0], (HORIZON, CANDIDATES, ACTION))
            planned = mean[:, None] + deviation[:, None] * noise
            score, raw, density = roll_out(p, start, planned, half, keys[1])
            own = jnp.sum(log_normal(raw, mean[:, None], deviation[:, None]), 0)
            proposal = jnp.logaddexp(density, own) - jnp.log(2.0)
            return weigh(score, raw, density, proposal), None

        fit, _ = jax.lax.scan(improve, (mean, deviation), keys[2:].reshape(PASSES - 1, 2, -1))
        return fit[0]

    key = jax.random.PRNGKey(1)
    return lambda: solve(start, key).block_until_ready()


def work():
    return {"version": jax.__version__, "latent-plan": latent_plan}
