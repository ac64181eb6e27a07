"""Makes rliable.json: the results of the package rliable on a fixed table of scores.

    pip install rliable==1.2.0 'pandas<3'
    python make_rliable.py > rliable.json

The scores are 3 tasks x 10 runs x 2 algorithms, with ties and with values above the threshold of
the optimality gap. Intervals are 95 % percentile intervals over 50,000 stratified resamples.
`monteCarlo` is the standard deviation of each end of an interval: over 8 further repetitions of
5,000 resamples with other seeds, divided by the square root of 10. The tolerance of the test is a
multiple of it.
"""

import json

import numpy as np
from rliable import library, metrics

RESAMPLES = 50_000
REPETITIONS, REPEATED_RESAMPLES = 8, 5_000
TAUS = [0.0, 0.25, 0.5, 0.75, 1.0, 1.25]


def table(seed, means):
    """Scores, rounded so that ties occur, as runs x tasks."""
    random = np.random.RandomState(seed)
    columns = [np.round(mean + spread * random.standard_normal(10), 2) for mean, spread in means]
    return np.stack(columns, axis=1)


SCORES = {
    "a": table(1, [(0.8, 0.2), (0.5, 0.3), (1.1, 0.4)]),
    "b": table(2, [(0.7, 0.2), (0.6, 0.2), (0.8, 0.5)]),
}


def aggregates(scores):
    return np.array([
        metrics.aggregate_mean(scores), metrics.aggregate_median(scores),
        metrics.aggregate_iqm(scores), metrics.aggregate_optimality_gap(scores),
    ])


def improvement(scores_x, scores_y):
    return np.array([metrics.probability_of_improvement(scores_x, scores_y)])


def profile(scores):
    return library.score_distributions(scores, TAUS)


def estimates(resamples):
    pairs = {"a>b": (SCORES["a"], SCORES["b"])}
    return {
        "aggregates": library.get_interval_estimates(SCORES, aggregates, reps=resamples),
        "improvement": library.get_interval_estimates(pairs, improvement, reps=resamples),
        "profile": library.get_interval_estimates(SCORES, profile, reps=resamples),
    }


def main():
    np.random.seed(0)
    first = estimates(RESAMPLES)
    others = []
    for seed in range(1, REPETITIONS + 1):
        np.random.seed(seed)
        others.append(estimates(REPEATED_RESAMPLES))
    result = {
        "scores": {name: scores.T.tolist() for name, scores in SCORES.items()},
        "resamples": RESAMPLES,
        "order": ["mean", "median", "interquartileMean", "optimalityGap"],
        "taus": TAUS,
    }
    for kind, (points, intervals) in first.items():
        result[kind] = {
            name: {
                "point": points[name].tolist(),
                "low": intervals[name][0].tolist(),
                "high": intervals[name][1].tolist(),
                "monteCarlo": (
                    np.std([other[kind][1][name] for other in others], axis=0, ddof=1)
                    * np.sqrt(REPEATED_RESAMPLES / RESAMPLES)).tolist(),
            } for name in points
        }
    print(json.dumps(result, indent=1, sort_keys=True))


main()
