// Losses of policies and values with their gradients by a network's outputs, in plain loops: for
// minibatches so small that the calls of a tensor library would cost more than the arithmetic.
#ifndef OPTIMIST_POLICY_H
#define OPTIMIST_POLICY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    ptrdiff_t rows, width;
    const float *outputs;        // [rows, width]: logits, or means
    const int64_t *indices;      // [rows] of a categorical law; NULL for a Gaussian one
    const float *actions;        // [rows, width] of a Gaussian law
    const float *log_deviation;  // [width] of a Gaussian law, limited to:
    double log_deviation_low, log_deviation_high;
    const float *log_densities;  // [rows]: when the actions were taken
    const float *advantages;     // [rows]
    int standardizes;            // whether advantages are, over the rows
    double clip;                 // how far ratios count; 0 for -log p times the advantage
    double entropy_weight;       // taken off the loss times the entropy
} OTPolicyLoss;

// Means over rows: `sums` [3] receives the surrogate's loss, the entropy, and the divergence from
// the law that acted, estimated by ratio - 1 - log ratio. Gradients are those of the loss minus
// entropy_weight times the entropy. Returns the first row whose index is of no outcome, and then
// writes nothing of use; -1 if there is none.
ptrdiff_t ot_policy_loss(OTPolicyLoss loss, float *by_outputs, float *by_log_deviation,
                         double *sums);

// The mean squared error of values, where `clip` > 0 the larger of it and that of values moved from
// `earlier` ones by at most that; the gradient is that of weight times it.
double ot_value_loss(ptrdiff_t rows, const float *values, const float *targets,
                     const float *earlier, double clip, double weight, float *by_values);

// Rows of a Gaussian law squashed by tanh, whose log deviations lie smoothly between two limits.
typedef struct {
    ptrdiff_t rows, width;
    const float *outputs;   // [rows, 2 * width]: means and raw deviations
    float lowest, highest;  // limits of log deviations
} OTSquashedLaw;

// Actions [rows, width] tanh(mean + deviation * noise) with their log-densities [rows].
void ot_squashed_draw(OTSquashedLaw law, const float *noise, float *actions,
                      float *log_densities);

// The gradient by the outputs of the mean over rows of price * log density - value at those
// actions, where slopes [rows, width] are the value's by the actions.
void ot_squashed_gradient(OTSquashedLaw law, const float *noise, const float *actions,
                          const float *slopes, double price, float *by_outputs);

#ifdef __cplusplus
}
#endif
#endif
