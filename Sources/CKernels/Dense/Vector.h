// Vectors of LANES floats and the elementary functions on them.
//
// A file that includes this defines LANES and TARGET, the attribute that lets the compiler use the
// instructions which make such a vector one register. Everything is inlined: no vector ever
// crosses a call, where the two sides could disagree about registers.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline)) TARGET
#define LOCAL static __attribute__((noinline)) TARGET

typedef float vec __attribute__((vector_size(LANES * 4)));
typedef double wide __attribute__((vector_size(LANES * 8)));
typedef int32_t ivec __attribute__((vector_size(LANES * 4)));
typedef float loose __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

INLINE vec load(const float *from) { return *(const loose *)from; }
INLINE void store(float *to, vec v) { *(loose *)to = v; }
INLINE vec splat(float x) { return x - (vec){0}; }

// The first `count` floats; the others are 0.
INLINE vec load_part(const float *from, ptrdiff_t count) {
    float part[LANES] = {0};
    for (ptrdiff_t i = 0; i < count; i++) part[i] = from[i];
    return load(part);
}

INLINE void store_part(float *to, vec v, ptrdiff_t count) {
    float part[LANES];
    store(part, v);
    for (ptrdiff_t i = 0; i < count; i++) to[i] = part[i];
}

INLINE vec select(ivec condition, vec yes, vec no) {
    return (vec)((condition & (ivec)yes) | (~condition & (ivec)no));
}

// A NaN in x stays: comparisons with it are false.
INLINE vec limit(vec x, float low, float high) {
    x = select(x < splat(low), splat(low), x);
    return select(x > splat(high), splat(high), x);
}

INLINE vec square_root(vec x) {
#if defined(__clang__)
    return __builtin_elementwise_sqrt(x);
#else
    for (int i = 0; i < LANES; i++) x[i] = __builtin_sqrtf(x[i]);
    return x;
#endif
}

// The polynomial q of exp(r) = 1 + r + r^2 q(r) for |r| <= log(2) / 2 (minimax, weighted by r^2).
INLINE vec exp_tail(vec r) {
    vec q = splat(0.0013950449f);
    q = q * r + 0.00836888607f;
    q = q * r + 0.0416662072f;
    q = q * r + 0.16666519f;
    return q * r + 0.50000001f;
}

// exp(x) = 2^n exp(r) for limited x, as the power 2^n and exp(r) - 1. Adding 1.5 * 2^23 rounds to a
// whole number and leaves it in the low bits. Multiplying by 2^n, rather than adding n to the
// exponent, lets a NaN through.
INLINE vec exp_parts(vec x, vec *power) {
    vec shifted = x * 1.44269504f + 12582912.0f;
    vec n = shifted - 12582912.0f;
    vec r = x - n * 0.693145752f;
    r = r - n * 1.42860677e-6f;
    *power = (vec)(((ivec)shifted + 127) << 23);
    return exp_tail(r) * (r * r) + r;
}

INLINE vec vector_exp(vec x) {
    vec power, part = exp_parts(limit(x, -87.33f, 88.37f), &power);
    return (part + 1.0f) * power;
}

// exp(x) - 1: near 0 the power is 1 and nothing cancels.
INLINE vec vector_expm1(vec x) {
    vec power, part = exp_parts(limit(x, -87.33f, 88.37f), &power);
    return part * power + (power - 1.0f);
}

INLINE vec vector_sigmoid(vec x) { return 1.0f / (1.0f + vector_exp(-x)); }

// tanh: x + x^3 p(x^2) near 0 (minimax), else from the exponential, odd by construction.
INLINE vec vector_tanh(vec x) {
    vec size = (vec)((ivec)x & 0x7fffffff);
    vec z = x * x;
    vec p = splat(-0.00572163784f);
    p = p * z + 0.0206552261f;
    p = p * z - 0.0537451472f;
    p = p * z + 0.133315152f;
    p = p * z - 0.333332851f;
    vec far = 1.0f - 2.0f / (vector_exp(size + size) + 1.0f);
    far = (vec)((ivec)far | ((ivec)x & INT32_MIN));
    return select(size < splat(0.625f), x + x * (z * p), far);
}

// log(x) for positive normal x: exponent and mantissa m in [sqrt(1/2), sqrt(2)), then
// log(m) = f - f^2 / 2 + f^3 q(f) with f = m - 1 (minimax).
INLINE vec vector_log(vec x) {
    ivec exponent = ((ivec)x - 0x3f3504f3) >> 23;
    vec f = (vec)((ivec)x - (exponent << 23)) - 1.0f;
    vec n = __builtin_convertvector(exponent, vec);
    vec q = splat(0.0692104141f);
    q = q * f - 0.117806928f;
    q = q * f + 0.11865130f;
    q = q * f - 0.123855531f;
    q = q * f + 0.14220022f;
    q = q * f - 0.166692163f;
    q = q * f + 0.200021461f;
    q = q * f - 0.249999864f;
    q = q * f + 0.333333119f;
    vec z = f * f;
    return n * 0.693147181f + (f - 0.5f * z + q * (f * z));
}

// The sum of the lanes, in a fixed order.
INLINE double lane_sum(const wide *v) {
    double sum = 0;
    for (int i = 0; i < LANES; i++) sum += (*v)[i];
    return sum;
}
