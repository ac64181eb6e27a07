"""hmmlearn: the forward pass of its compiled part, with scaling and with logarithms."""

import hmmlearn
import numpy as np
from hmmlearn import _hmmc

SIZES = {2: 1_000_000, 8: 200_000, 32: 20_000}


def forward(states, in_logs):
    def prepare():
        rng = np.random.default_rng(0)
        start = np.full(states, 1 / states)
        transitions = rng.dirichlet(np.ones(states), states)
        likelihoods = rng.uniform(0.05, 1, (SIZES[states], states))
        if in_logs:
            likelihoods = np.log(likelihoods)
            return lambda: _hmmc.forward_log(start, transitions, likelihoods)
        return lambda: _hmmc.forward_scaling(start, transitions, likelihoods)

    return prepare


def work():
    result = {"version": hmmlearn.__version__}
    for states in SIZES:
        result[f"scaling-{states}"] = forward(states, False)
        result[f"log-{states}"] = forward(states, True)
    return result
