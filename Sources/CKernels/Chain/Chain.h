// One set of chain kernels: the file that includes this names it and says which vectors it may use.
//
// Beliefs are carried from step to step without being normalized, because the division would be
// the longest part of the way from one step to the next. It happens beside that way, for the
// output, and on it only when the numbers have become small.
#include "../include/OptimistChain.h"

#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline)) TARGET
#define LOCAL static __attribute__((noinline)) TARGET

typedef double vec __attribute__((vector_size(LANES * 8)));
typedef int64_t ivec __attribute__((vector_size(LANES * 8)));
typedef double loose __attribute__((vector_size(LANES * 8), aligned(8), may_alias));

// Beliefs that sum to less are normalized before they go on.
#define SMALL 0x1p-64

INLINE vec splat(double x) { return x - (vec){0}; }

INLINE double lane_sum(vec v) {
#if LANES == 8
    double a = (v[0] + v[4]) + (v[2] + v[6]), b = (v[1] + v[5]) + (v[3] + v[7]);
    return a + b;
#elif LANES == 4
    return (v[0] + v[2]) + (v[1] + v[3]);
#else
    return v[0] + v[1];
#endif
}

// log(x) for positive normal x. x = 2^e m with sqrt(1/2) <= m < sqrt(2), and log m = 2 artanh s
// with s = (m - 1) / (m + 1), |s| < 0.172: what the series leaves out is below 1e-19 of it.
INLINE vec logarithm(vec x) {
    ivec bits = (ivec)x;
    ivec e = (bits - 0x3fe6a09e667f3bcd) >> 52;
    vec m = (vec)(bits - (e << 52));
    // e is small: adding it to the low bits of 1.5 * 2^52 makes a double of it.
    vec n = (vec)(e + 0x4338000000000000) - 6755399441055744.0;
    vec s = (m - 1.0) / (m + 1.0), z = s * s, p = splat(1.0 / 25.0);
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

LOCAL void log_plus(ptrdiff_t count, double *x, const double *y) {
    ptrdiff_t at = 0;
    for (; at + LANES <= count; at += LANES)
        *(loose *)(x + at) = logarithm(*(const loose *)(x + at)) + *(const loose *)(y + at);
    if (at < count) {
        vec part = splat(1.0);
        for (ptrdiff_t k = 0; k < count - at; k++) part[k] = x[at + k];
        part = logarithm(part);
        for (ptrdiff_t k = 0; k < count - at; k++) x[at + k] = part[k] + y[at + k];
    }
}

LOCAL ptrdiff_t width(ptrdiff_t states) {
    return states == 2 ? 2 : (states + LANES - 1) / LANES * LANES;
}

// What a pass reads and writes.
typedef struct {
    ptrdiff_t steps, states, vectors;
    const double *packed;
    const ptrdiff_t *tables;
    const double *likelihoods;
    double smallest;
    double *filtered, *predicted, *evidence;
} pass;

// Two states stay in registers.
LOCAL ptrdiff_t forward_two(ptrdiff_t from, const pass *p) {
    double a = from > 0 ? p->filtered[2 * from - 2] : 0;
    double b = from > 0 ? p->filtered[2 * from - 1] : 0;
    double inverse = 1;
    for (ptrdiff_t step = from; step < p->steps; step++) {
        double *predicted = p->predicted + 2 * step, *filtered = p->filtered + 2 * step;
        const double *likelihood = p->likelihoods + 2 * step;
        if (step > 0) {
            const double *table = p->packed + (p->tables ? p->tables[step - 1] : 0);
            double first = a * table[0] + b * table[2], second = a * table[1] + b * table[3];
            predicted[0] = first * inverse;
            predicted[1] = second * inverse;
            a = first * likelihood[0];
            b = second * likelihood[1];
        } else {
            a = predicted[0] * likelihood[0];
            b = predicted[1] * likelihood[1];
        }
        double sum = a + b, evidence = sum * inverse;
        if (!(evidence >= p->smallest)) return step;
        inverse = 1 / sum;
        filtered[0] = a * inverse;
        filtered[1] = b * inverse;
        p->evidence[step] = evidence;
        if (__builtin_expect(sum < SMALL, 0)) {
            a = filtered[0];
            b = filtered[1];
            inverse = 1;
        }
    }
    return p->steps;
}

// Reads and writes part of a row; whole vectors where they end before the last row does.
INLINE vec get(const double *from, ptrdiff_t count) {
    if (count >= LANES) return *(const loose *)from;
    vec part = splat(0);
    for (ptrdiff_t k = 0; k < count; k++) part[k] = from[k];
    return part;
}

INLINE void put(double *to, vec v, ptrdiff_t count) {
    if (count >= LANES) {
        *(loose *)to = v;
        return;
    }
    for (ptrdiff_t k = 0; k < count; k++) to[k] = v[k];
}

// Columns at..at + LANES of belief times table: four sums, so that additions need not wait.
INLINE vec product(const double *belief, const double *table, ptrdiff_t states, ptrdiff_t width) {
    vec a = splat(0), b = a, c = a, d = a;
    ptrdiff_t i = 0;
    for (; i + 4 <= states; i += 4, table += 4 * width) {
        a += belief[i] * *(const loose *)table;
        b += belief[i + 1] * *(const loose *)(table + width);
        c += belief[i + 2] * *(const loose *)(table + 2 * width);
        d += belief[i + 3] * *(const loose *)(table + 3 * width);
    }
    if (i < states) a += belief[i] * *(const loose *)table;
    if (i + 1 < states) b += belief[i + 1] * *(const loose *)(table + width);
    if (i + 2 < states) c += belief[i + 2] * *(const loose *)(table + 2 * width);
    return (a + b) + (c + d);
}

// One step. `belief` [width] is what the last step left, and becomes what this one leaves; `next`
// is room for as much. `room` is how many numbers are left from this row's first to the end of the
// last row. Returns 0 where the evidence is too small.
INLINE int forward_step(const pass *p, ptrdiff_t step, ptrdiff_t states, ptrdiff_t vectors,
                        ptrdiff_t room, double *belief, double *next, double *inverse) {
    const ptrdiff_t width = vectors * LANES, row = step * states;
    const double *table = p->packed + (p->tables && step > 0 ? p->tables[step - 1] : 0);
    vec total = splat(0);
    for (ptrdiff_t v = 0; v < vectors; v++) {
        const ptrdiff_t at = v * LANES;
        // A vector that reaches past its row may be written: the next row comes later.
        const ptrdiff_t count = room - at;
        vec prediction;
        if (step > 0) {
            prediction = product(belief, table + at, states, width);
            put(p->predicted + row + at, prediction * *inverse, count);
        } else {
            prediction = get(p->predicted + at, states - at);
        }
        vec value = prediction * get(p->likelihoods + row + at, count);
        *(loose *)(next + at) = value;
        total += value;
    }
    const double sum = lane_sum(total), evidence = sum * *inverse;
    if (!(evidence >= p->smallest)) return 0;
    *inverse = 1 / sum;
    const int small = sum < SMALL;
    for (ptrdiff_t v = 0; v < vectors; v++) {
        const ptrdiff_t at = v * LANES;
        vec value = *(loose *)(next + at), share = value * *inverse;
        put(p->filtered + row + at, share, room - at);
        *(loose *)(belief + at) = __builtin_expect(small, 0) ? share : value;
    }
    if (small) *inverse = 1;
    p->evidence[step] = evidence;
    return 1;
}

INLINE ptrdiff_t forward_steps(ptrdiff_t from, const pass *p, ptrdiff_t states, ptrdiff_t vectors,
                               double *belief, double *next) {
    const ptrdiff_t width = vectors * LANES, end = p->steps * states;
    double inverse = 1;
    ptrdiff_t step = from;
    for (; step * states + width <= end; step++)
        if (!forward_step(p, step, states, vectors, width, belief, next, &inverse)) return step;
    for (; step < p->steps; step++)
        if (!forward_step(p, step, states, vectors, end - step * states, belief, next, &inverse))
            return step;
    return p->steps;
}

LOCAL ptrdiff_t forward(ptrdiff_t from, ptrdiff_t steps, ptrdiff_t states, const double *packed,
                        const ptrdiff_t *tables, const double *likelihoods, double smallest,
                        double *filtered, double *predicted, double *evidence) {
    const pass p = {steps, states, width(states) / LANES, packed, tables, likelihoods, smallest,
                    filtered, predicted, evidence};
    if (from >= steps) return steps;
    if (states == 2) return forward_two(from, &p);
    double room[2 * width(states)];
    double *belief = room, *next = room + width(states);
    memset(room, 0, sizeof room);
    if (from > 0) memcpy(belief, filtered + (from - 1) * states, (size_t)states * sizeof(double));
    if (p.vectors == 1) return forward_steps(from, &p, states, 1, belief, next);
    if (p.vectors == 2) return forward_steps(from, &p, states, 2, belief, next);
    return forward_steps(from, &p, states, p.vectors, belief, next);
}

const optimist_chain_set KERNEL_SET = { NAME, width, forward, log_plus };
