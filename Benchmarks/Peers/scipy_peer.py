"""SciPy: a sweep of soft value iteration with a sparse matrix of transitions."""

import numpy as np
import scipy
from scipy import sparse

STATES, ACTIONS, SUCCESSORS, SWEEPS = 250_000, 4, 4, 10


def sweep():
    pairs = STATES * ACTIONS
    number = np.arange(1, pairs * SUCCESSORS + 1, dtype=np.uint64)
    successors = ((number * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) % np.uint64(STATES)
    transitions = sparse.csr_matrix(
        (np.full(pairs * SUCCESSORS, 0.25), successors.astype(np.int32),
         np.arange(0, pairs * SUCCESSORS + 1, SUCCESSORS, dtype=np.int32)),
        shape=(pairs, STATES))
    transitions.sum_duplicates()
    base = (np.arange(pairs) % 101) / 101 - 0.5 - np.log(ACTIONS)

    def run():
        values = np.zeros(STATES)
        for _ in range(SWEEPS):
            q = transitions @ values
            q *= 0.99
            q += base
            q = q.reshape(STATES, ACTIONS)
            top = q.max(axis=1)
            q -= top[:, None]
            np.exp(q, out=q)
            following = np.log(q.sum(axis=1))
            following += top
            change = following - values
            change.min(), change.max()
            values = following
        return values

    return run


def work():
    return {"version": scipy.__version__, "sweep": sweep}
