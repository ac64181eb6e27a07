// Dense layers, activations, Adam and Gaussian heads for float32 on one core.
//
// Every function works on the rows that it is given and touches no thread, lock or allocator: the
// caller splits rows among threads. The order of additions depends on shapes alone, so equal
// calls give equal bits. Matrices are row-major; a stride counts floats.
//
// The kernels exist once per instruction set (`optimist_kernel_set`), because the widest vectors
// of this machine are known only when the program runs. Packed matrices belong to the set that
// packed them.
#ifndef OPTIMIST_DENSE_H
#define OPTIMIST_DENSE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What a dense layer ends with. `swish` is x * sigmoid(x); `elu` has the scale 1.
enum {
    OPTIMIST_IDENTITY = 0,
    OPTIMIST_RELU = 1,
    OPTIMIST_TANH = 2,
    OPTIMIST_SIGMOID = 3,
    OPTIMIST_SWISH = 4,
    OPTIMIST_ELU = 5,
};

// What a product is added to: a bias [columns], a bias [rows], or what c holds.
enum { OPTIMIST_COLUMN_BIAS = 0, OPTIMIST_ROW_BIAS = 1, OPTIMIST_ACCUMULATE = 2 };

// The numbers of one Adam update (Kingma & Ba 2015, arXiv 1412.6980).
//
// The gradient used is gradient_scale * gradient + weight_decay * parameter (an L2 penalty). The
// corrections are 1 - beta^t, made in float64 by the caller, who counts the steps.
typedef struct {
    float learning_rate, beta1, beta2, epsilon, weight_decay, gradient_scale;
    float correction1, correction2;
} optimist_adam_settings;

// A bounded Gaussian head for `count` values, laid out like the values themselves.
//
// The log-variance is bounded softly (Chua et al. 2018, arXiv 1805.12114): with a(raw) =
// max - softplus(max - raw), log variance = min + softplus(a - min). In variances this is
// exp(min) + 1 / (exp(-max) + exp(-raw)), which needs one exponential and no logarithm.
typedef struct {
    const float *mean, *raw;
    const float *exp_minimum;           // exp(min) of each value
    const float *exp_negative_maximum;  // exp(-max) of each value
} optimist_gaussian_head;

// Where the gradients by its parts go.
typedef struct {
    float *mean, *raw, *minimum, *maximum;
} optimist_gaussian_gradient;

// The law of a raw action, one coordinate of many rows: the Gaussian with that mean and the
// deviation lowest + range * sigmoid(raw).
typedef struct {
    const float *mean, *raw;
    float lowest, range;
    const float *chooses;  // above 0 for rows whose action it draws; for others one is planned
} optimist_action_law;

// The law of tanh u, u Gaussian with log deviation lowest + (highest - lowest) (1 + tanh raw) / 2.
typedef struct {
    const float *mean, *raw;
    float lowest, highest;
} optimist_squashed_law;

typedef struct {
    const char *name;       // "avx512", "avx2" or "baseline"
    ptrdiff_t lanes;        // floats in a vector
    ptrdiff_t row_block;    // rows in a register block: row counts that it divides run fastest
    ptrdiff_t panel_lanes;  // most columns in a packed panel

    // Packs b [inner, columns] for `dense`: panels of columns, zero-padded to whole vectors.
    // With `transposed`, b is stored as [columns, inner]. `packed` needs 64-byte alignment and
    // optimist_packed_count floats.
    void (*pack)(ptrdiff_t inner, ptrdiff_t columns, const float *b, ptrdiff_t row_stride,
                 int transposed, float *packed);

    // c [rows, columns] = a [rows, inner] b + start, where `start` says what is added.
    // Element (i, p) of a lies at i * row_stride + p * inner_stride, so a transposed a costs
    // nothing. `bias` may be NULL.
    void (*dense)(ptrdiff_t rows, ptrdiff_t inner, ptrdiff_t columns, const float *a,
                  ptrdiff_t row_stride, ptrdiff_t inner_stride, const float *packed,
                  const float *bias, float *c, ptrdiff_t c_stride, int start);

    // Replaces values by their activation. `slope`, where not NULL, receives the derivative:
    // swish needs it for `activation_gradient`, the others find it from their output.
    void (*activate)(int activation, ptrdiff_t count, float *values, float *slope);

    // Multiplies gradient by the activation's derivative at the given outputs. `slope` is what
    // `activate` stored; only swish reads it.
    void (*activation_gradient)(int activation, ptrdiff_t count, const float *outputs,
                                const float *slope, float *gradient);

    // sums [columns] (+)= the sums of the columns of b [rows, columns].
    void (*column_sums)(ptrdiff_t rows, ptrdiff_t columns, const float *b, ptrdiff_t row_stride,
                        float *sums, int accumulate);

    // y = exp(x), x limited to [-87.33, 88.37]: the result is always finite and normal, a NaN
    // stays one. The relative error is at most 1.2e-7 there (a test measures it).
    void (*exponential)(ptrdiff_t count, const float *x, float *y);

    // One Adam update. The gradient is the sum of `slices` buffers, `slice_stride` apart, and is
    // left in the first of them. Returns 0 if an element of it is not finite, else 1.
    int (*adam)(const optimist_adam_settings *settings, ptrdiff_t count, float *parameters,
                float *gradient, ptrdiff_t slices, ptrdiff_t slice_stride, float *first_moment,
                float *second_moment);

    // output = base + mean + standard deviation * noise. `noise` NULL gives base + mean, `base`
    // NULL counts as 0, `head.raw` NULL as deviation 0.
    void (*gaussian_sample)(optimist_gaussian_head head, ptrdiff_t count, const float *base,
                            const float *noise, float *output);

    // The sum over values of (mean - target)^2 / variance + log variance, in float64, and
    // `scale` times its gradients, value by value. Those by the bounds min and max may be NULL.
    double (*gaussian_loss)(optimist_gaussian_head head, ptrdiff_t count, const float *target,
                            float scale, optimist_gaussian_gradient gradient);

    // The sum over values of (prediction - target)^2, in float64, and gradient = scale * 2 *
    // (prediction - target).
    double (*squared_loss)(ptrdiff_t count, const float *prediction, const float *target,
                           float scale, float *gradient);

    // A gated recurrent unit's end (Cho et al. 2014): with r = sigmoid(reset), u = sigmoid(update)
    // and c = tanh(input + r * memory), hidden becomes c + u * (hidden - c).
    void (*gated_update)(ptrdiff_t count, const float *reset, const float *update,
                         const float *input, const float *memory, float *hidden);

    // output = mean + (softplus(raw) + floor) * noise.
    void (*softplus_sample)(ptrdiff_t count, const float *mean, const float *raw, float floor,
                            const float *noise, float *output);

    // action = mean + deviation * noise, or what is planned where the law does not choose;
    // squashed = tanh(action). The law's log-density of the action is added to log_density.
    void (*squashed_draw)(optimist_action_law law, ptrdiff_t count, const float *noise,
                          const float *planned, float *action, float *squashed,
                          float *log_density);

    // action = tanh(mean + deviation * noise), and each number's part of its log-density.
    void (*squashed_sample)(optimist_squashed_law law, ptrdiff_t count, const float *noise,
                            float *action, float *log_density);

    // Gradients by mean and raw of scale * (price * log density - value) at such an action, where
    // slope is the value's by the action.
    void (*squashed_gradient)(optimist_squashed_law law, ptrdiff_t count, const float *noise,
                              const float *action, const float *slope, float price, float scale,
                              float *by_mean, float *by_raw);
} optimist_kernel_set;

// The fastest set that this machine can run.
const optimist_kernel_set *optimist_kernels(void);

// The sets that this machine can run, best first; NULL past the last one.
const optimist_kernel_set *optimist_kernels_at(int index);

// How many floats a packed matrix takes.
size_t optimist_packed_count(const optimist_kernel_set *set, ptrdiff_t inner, ptrdiff_t columns);

// y = exp(x) with the fastest set.
void optimist_exp(ptrdiff_t count, const float *x, float *y);

#ifdef __cplusplus
}
#endif
#endif
