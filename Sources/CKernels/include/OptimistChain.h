// The forward pass over a hidden Markov chain, in float64 on one core.
#ifndef OPTIMIST_CHAIN_H
#define OPTIMIST_CHAIN_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const char *name;  // "avx512", "avx2" or "baseline"

    // The columns of a packed table of so many states: a whole number of vectors.
    ptrdiff_t (*width)(ptrdiff_t states);

    // The forward pass from step `from` on, row by row of [steps, states]:
    //   predicted[t] = filtered[t - 1] P, filtered[t] = predicted[t] * likelihoods[t] / evidence[t]
    // where evidence[t] is what makes the row sum to 1. predicted[0] is given; so is
    // filtered[from - 1] when from > 0. `packed` holds tables [states, width], zeros past the last
    // state; tables[t] is where the one from step t to t + 1 begins, NULL where the first is for
    // all. Likelihoods are finite and not negative. Returns `steps`, or the first step whose
    // evidence is below `smallest` (at least 1e-250) or not a number: its prediction is written,
    // the rest of it and all later rows hold nothing.
    ptrdiff_t (*forward)(ptrdiff_t from, ptrdiff_t steps, ptrdiff_t states, const double *packed,
                         const ptrdiff_t *tables, const double *likelihoods, double smallest,
                         double *filtered, double *predicted, double *evidence);

    // x[i] = log(x[i]) + y[i] for positive, finite, normal x. The error of the logarithm is at most
    // 2 units in the last place.
    void (*log_plus)(ptrdiff_t count, double *x, const double *y);
} optimist_chain_set;

// The fastest set that this machine can run.
const optimist_chain_set *optimist_chain(void);

// The sets that this machine can run, best first; NULL past the last one.
const optimist_chain_set *optimist_chain_at(int index);

#ifdef __cplusplus
}
#endif
#endif
