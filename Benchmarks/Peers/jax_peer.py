"""JAX, everything jitted: the regression step, the ensemble's forward pass, a PETS plan."""

import jax
import jax.numpy as jnp


def layers(key, sizes, members=None):
    lead = () if members is None else (members,)
    result = []
    for i, o in zip(sizes, sizes[1:]):
        key, own = jax.random.split(key)
        result.append((jax.random.normal(own, lead + (i, o)) / i**0.5,
                       jnp.zeros(lead + ((o,) if members is None else (1, o)))))
    return result


def network(parameters, x, activation):
    for w, b in parameters[:-1]:
        x = activation(x @ w + b)
    return x @ parameters[-1][0] + parameters[-1][1]


def regression():
    key = jax.random.PRNGKey(0)
    p = layers(key, [17, 256, 256, 6])
    x, y = jax.random.normal(key, (256, 17)), jax.random.normal(key, (256, 6))
    zeros = jax.tree.map(jnp.zeros_like, p)

    def update(p, m, v, t):
        loss, g = jax.value_and_grad(
            lambda p: jnp.mean((network(p, x, jax.nn.relu) - y) ** 2))(p)
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        p = jax.tree.map(
            lambda p, m, v: p - 1e-3 * (m / (1 - 0.9**t))
            / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8), p, m, v)
        return (p, m, v, t), loss

    jitted = jax.jit(update, donate_argnums=(0, 1, 2, 3))
    state = [(p, zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(0))]

    def step():
        state[0], loss = jitted(*state[0])
        loss.block_until_ready()

    return step


def ensemble():
    key = jax.random.PRNGKey(0)
    p = layers(key, [24, 200, 200, 200, 200, 36], members=5)
    x = jax.random.normal(key, (5, 2000, 24))
    forward = jax.jit(lambda p, x: network(p, x, jax.nn.silu))
    return lambda: forward(p, x).block_until_ready()


STATES, ACTIONS, MEMBERS, PARTICLES = 4, 1, 5, 20
HORIZON, CANDIDATES, ELITES, ITERATIONS = 15, 500, 50, 5


def returns(p, start, actions, key):
    """Mean over particles of summed rewards, for actions [candidate, horizon, action]."""
    rows = CANDIDATES * PARTICLES // MEMBERS
    state = jnp.broadcast_to(start, (MEMBERS, rows, STATES))
    noise = jax.random.normal(key, (HORIZON, MEMBERS, rows, STATES))
    minimum, maximum = -10.0, 0.5

    def step(state, inputs):
        action, noise = inputs
        action = jnp.repeat(action, PARTICLES // MEMBERS, axis=0)
        action = jnp.broadcast_to(action, (MEMBERS, rows, ACTIONS))
        y = network(p, jnp.concatenate([state, action], -1), jax.nn.silu)
        mean, raw = jnp.split(y, 2, -1)
        log_variance = maximum - jax.nn.softplus(maximum - raw)
        log_variance = minimum + jax.nn.softplus(log_variance - minimum)
        state = state + mean + jnp.exp(0.5 * log_variance) * noise
        return state, jnp.cos(state[..., 2]) - 0.01 * state[..., 0] ** 2

    _, rewards = jax.lax.scan(step, state, (actions.transpose(1, 0, 2), noise))
    return rewards.sum(0).reshape(MEMBERS, CANDIDATES, -1).mean((0, 2))


def plan():
    p = layers(jax.random.PRNGKey(0), [5, 200, 200, 200, 200, 8], members=MEMBERS)
    p[-1] = (0.1 * p[-1][0], p[-1][1])
    start = jnp.array([0.1, 0.0, 0.2, 0.0])

    def iterate(carry, key):
        mean, variance = carry
        first, second = jax.random.split(key)
        noise = jax.random.truncated_normal(first, -2.0, 2.0, (CANDIDATES, HORIZON, ACTIONS))
        room = jnp.minimum(((mean + 1) / 2) ** 2, ((1 - mean) / 2) ** 2)
        actions = mean + jnp.sqrt(jnp.minimum(room, variance)) * noise
        _, best = jax.lax.top_k(returns(p, start, actions, second), ELITES)
        elites = actions[best]
        mean = 0.1 * mean + 0.9 * elites.mean(0)
        return (mean, 0.1 * variance + 0.9 * elites.var(0)), None

    @jax.jit
    def solve(key):
        begin = (jnp.zeros((HORIZON, ACTIONS)), jnp.full((HORIZON, ACTIONS), 0.25))
        (mean, _), _ = jax.lax.scan(iterate, begin, jax.random.split(key, ITERATIONS))
        return mean

    key = jax.random.PRNGKey(1)
    return lambda: solve(key).block_until_ready()


def work():
    return {"version": jax.__version__, "regression": regression, "ensemble": ensemble,
            "plan": plan}
