// One set of sparse kernels: the file that includes this names it and says which vectors it may use.
#include "../include/OptimistSparse.h"

#include <math.h>
#include <string.h>
#if LANES >= 4
#include <immintrin.h>
#endif

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

// log(x) for finite x >= 1. x = 2^e m with sqrt(1/2) <= m < sqrt(2), and log m = 2 artanh s with
// s = (m - 1) / (m + 1), |s| < 0.172: what the series leaves out is below 1e-19 of it.
INLINE vec rising_log(vec x) {
    ivec bits = (ivec)x;
    ivec e = ((bits - 0x3fe6a09e667f3bcd) >> 52);
    vec m = (vec)(bits - (e << 52));
    // e is small: adding it to the low bits of 1.5 * 2^52 makes a double of it.
    vec n = (vec)(e + 0x4338000000000000) - 6755399441055744.0;
    vec s = (m - 1.0) / (m + 1.0), z = s * s;
    vec p = splat(1.0 / 25.0);
    p = p * z + 1.0 / 23.0;
    p = p * z + 1.0 / 21.0;
    p = p * z + 1.0 / 19.0;
    p = p * z + 1.0 / 17.0;
    p = p * z + 1.0 / 15.0;
    p = p * z + 1.0 / 13.0;
    p = p * z + 1.0 / 11.0;
    p = p * z + 1.0 / 9.0;
    p = p * z + 1.0 / 7.0;
    p = p * z + 1.0 / 5.0;
    p = p * z + 1.0 / 3.0;
    vec tail = n * 1.90821492927058770002e-10 + 2 * s * (z * p);
    return n * 0.693147180369123816490 + (2 * s + tail);
}

// Four actions are so common that they have their own path; all its sums depend on the segment
// alone.
typedef double four __attribute__((vector_size(32), aligned(8), may_alias));

INLINE double shift_segment(double *from, double *to) {
    if (to - from == 4) {
        double a = from[0] > from[1] ? from[0] : from[1];
        double b = from[2] > from[3] ? from[2] : from[3];
        double largest = a > b ? a : b;
        // A segment of weights 0 has nothing to take out.
        double shift = largest > -INFINITY ? largest : 0;
        *(four *)from -= (four){shift, shift, shift, shift};
        return largest;
    }
    double largest = -INFINITY;
    for (const double *v = from; v < to; v++) largest = *v > largest ? *v : largest;
    double shift = largest > -INFINITY ? largest : 0;
    for (double *v = from; v < to; v++) *v -= shift;
    return largest;
}

INLINE double normalize_segment(double *from, double *to) {
    if (to - from == 4) {
        double sum = (from[0] + from[1]) + (from[2] + from[3]);
        double inverse = sum > 0 ? 1 / sum : 0;
        *(four *)from *= (four){inverse, inverse, inverse, inverse};
        return sum;
    }
    double sum = 0;
    for (const double *v = from; v < to; v++) sum += *v;
    double inverse = sum > 0 ? 1 / sum : 0;
    for (double *v = from; v < to; v++) *v *= inverse;
    return sum;
}

LOCAL void log_sum_exp(ptrdiff_t segments, const ptrdiff_t *starts, double *values,
                       double *result) {
    const ptrdiff_t first = starts[0];
    for (ptrdiff_t i = 0; i < segments; i++) {
        double *from = values + (starts[i] - first), *to = values + (starts[i + 1] - first);
        result[i] = from == to ? 0 : shift_segment(from, to);
    }
    exponentials(starts[segments] - first, values);
    for (ptrdiff_t i = 0; i < segments; i += LANES) {
        // A sum of 1 has the logarithm 0: for empty segments, those of weights 0 and past the end.
        vec sums = splat(1.0);
        ptrdiff_t count = segments - i < LANES ? segments - i : LANES;
        for (ptrdiff_t k = 0; k < count; k++) {
            double *from = values + (starts[i + k] - first);
            double *to = values + (starts[i + k + 1] - first);
            double sum = normalize_segment(from, to);
            sums[k] = sum > 0 ? sum : 1;
        }
        sums = rising_log(sums);
        for (ptrdiff_t k = 0; k < count; k++) result[i + k] += sums[k];
    }
}

// The product of a row's entries with the elements of x that they name, four at a time: what is
// fetched from far away is fetched together. The sum depends on the row alone.
INLINE double row_product(ptrdiff_t count, const int32_t *indices, const double *values,
                          const double *x) {
    double sum = 0;
    ptrdiff_t k = 0;
#if LANES >= 4
    if (count >= 4) {
        __m256d sums = _mm256_setzero_pd();
        for (; k + 4 <= count; k += 4) {
            __m128i places = _mm_loadu_si128((const __m128i *)(indices + k));
            sums += _mm256_loadu_pd(values + k) * _mm256_i32gather_pd(x, places, 8);
        }
        sum = (sums[0] + sums[2]) + (sums[1] + sums[3]);
    }
#endif
    for (; k < count; k++) sum += values[k] * x[indices[k]];
    return sum;
}

LOCAL void multiply(ptrdiff_t rows, const ptrdiff_t *starts, const int32_t *indices,
                    const double *values, const double *x, const double *base, double scale,
                    double *y) {
    for (ptrdiff_t i = 0; i < rows; i++) {
        const ptrdiff_t k = starts[i];
        y[i] = base[i] + scale * row_product(starts[i + 1] - k, indices + k, values + k, x);
    }
}

const optimist_sparse_set KERNEL_SET = { NAME, multiply, log_sum_exp };
