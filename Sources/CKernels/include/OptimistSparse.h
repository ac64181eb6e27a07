// Products with sparse rows and log-sum-exp over segments, in float64 on one core: the two halves
// of a sweep of dynamic programming.
//
// Every result depends on its own row or segment alone, so splitting the work among threads
// changes no bit of it.
#ifndef OPTIMIST_SPARSE_H
#define OPTIMIST_SPARSE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const char *name;  // "avx512", "avx2" or "baseline"

    // y[i] = base[i] + scale * sum of values[k] * x[indices[k]], starts[i] <= k < starts[i + 1].
    void (*multiply)(ptrdiff_t rows, const ptrdiff_t *starts, const int32_t *indices,
                     const double *values, const double *x, const double *base, double scale,
                     double *y);

    // result[i] = log of the sum of exp(values[k]) for starts[i] <= k + starts[0] < starts[i + 1];
    // `values` ends as exp(value - result of its segment). An empty segment gives 0. -infinity is
    // a weight of 0; weights below exp(-708) of the largest count as 0. A segment of weights 0
    // gives -infinity, and stays 0.
    void (*log_sum_exp)(ptrdiff_t segments, const ptrdiff_t *starts, double *values,
                        double *result);
} optimist_sparse_set;

// The fastest set that this machine can run.
const optimist_sparse_set *optimist_sparse(void);

// The sets that this machine can run, best first; NULL past the last one.
const optimist_sparse_set *optimist_sparse_at(int index);

#ifdef __cplusplus
}
#endif
#endif
