// One set of sparse kernels: the file that includes this names it and says which vectors it may use.
#include "../include/OptimistSparse.h"

#include <math.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline)) TARGET
#define LOCAL static __attribute__((noinline)) TARGET

typedef double vec __attribute__((vector_size(LANES * 8)));
typedef int64_t ivec __attribute__((vector_size(LANES * 8)));
typedef double loose __attribute__((vector_size(LANES * 8), aligned(8), may_alias));

INLINE vec splat(double x) { return x - (vec){0}; }

// exp(x) for x <= 0, 0 below -708. 2^n exp(r) with the Taylor polynomial of degree 13, whose rest
// is below 5e-18 for |r| <= log(2) / 2. Adding 1.5 * 2^52 rounds to a whole number and leaves it in
// the low bits.
INLINE vec falling_exp(vec x) {
    ivec gone = x < splat(-708.0);
    vec limited = (vec)((gone & (ivec)splat(-708.0)) | (~gone & (ivec)x));
    vec shifted = limited * 1.4426950408889634 + 6755399441055744.0;
    vec n = shifted - 6755399441055744.0;
    vec r = limited - n * 0.693147180369123816490;
    r = r - n * 1.90821492927058770002e-10;
    vec p = splat(1.0 / 6227020800.0);
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * (r * r) + r + 1.0;
    vec power = (vec)(((ivec)shifted + 1023) << 52);
    return (vec)(~gone & (ivec)(p * power));
}

LOCAL void exponentials(ptrdiff_t count, double *x) {
    ptrdiff_t at = 0;
    for (; at + LANES <= count; at += LANES)
        *(loose *)(x + at) = falling_exp(*(const loose *)(x + at));
    if (at < count) {
        double part[LANES] = {0};
        memcpy(part, x + at, (size_t)(count - at) * sizeof(double));
        *(loose *)part = falling_exp(*(const loose *)part);
        memcpy(x + at, part, (size_t)(count - at) * sizeof(double));
    }
}

LOCAL void log_sum_exp(ptrdiff_t segments, const ptrdiff_t *starts, double *values,
                       double *result) {
    const ptrdiff_t first = starts[0];
    for (ptrdiff_t i = 0; i < segments; i++) {
        double *from = values + (starts[i] - first), *to = values + (starts[i + 1] - first);
        double largest = -INFINITY;
        for (const double *v = from; v < to; v++) largest = *v > largest ? *v : largest;
        result[i] = from == to ? 0 : largest;
        // A segment of weights 0 has nothing to take out.
        double shift = largest > -INFINITY ? largest : 0;
        for (double *v = from; v < to; v++) *v -= shift;
    }
    exponentials(starts[segments] - first, values);
    for (ptrdiff_t i = 0; i < segments; i++) {
        double *from = values + (starts[i] - first), *to = values + (starts[i + 1] - first);
        if (from == to) continue;
        double sum = 0;
        for (const double *v = from; v < to; v++) sum += *v;
        double inverse = sum > 0 ? 1 / sum : 0;
        for (double *v = from; v < to; v++) *v *= inverse;
        result[i] += log(sum);
    }
}

LOCAL void multiply(ptrdiff_t rows, const ptrdiff_t *starts, const int32_t *indices,
                    const double *values, const double *x, const double *base, double scale,
                    double *y) {
    for (ptrdiff_t i = 0; i < rows; i++) {
        double sum = 0;
        const ptrdiff_t end = starts[i + 1];
        for (ptrdiff_t k = starts[i]; k < end; k++) sum += values[k] * x[indices[k]];
        y[i] = base[i] + scale * sum;
    }
}

const optimist_sparse_set KERNEL_SET = { NAME, multiply, log_sum_exp };
