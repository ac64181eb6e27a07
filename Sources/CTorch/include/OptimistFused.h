// Fused networks: an ensemble of multilayer perceptrons in float32 on the CPU, trained and rolled
// out without a tensor in between. One member is an ordinary network.
//
// Arguments are raw floats, contiguous and row-major unless a stride says otherwise. Threads are
// LibTorch's: their number follows `ot_set_threads`. Work is cut by shapes and thread count alone,
// never by timing, so results are bitwise repeatable at a fixed thread count. Scratch memory grows
// to what the largest call needs and stays. A network is used by one thread at a time. Nothing
// here checks sizes: the Swift side does.
#ifndef OPTIMIST_FUSED_H
#define OPTIMIST_FUSED_H

#include <stddef.h>
#include <stdint.h>

#include "OptimistCTorch.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct OTNetwork OTNetwork;

typedef struct {
    ptrdiff_t members, layers;
    const ptrdiff_t *widths;     // [layers + 1]: inputs, hidden widths, outputs
    const int32_t *activations;  // [layers], the codes of OptimistDense.h
} OTNetworkShape;

// All weights and biases lie in one buffer, layer after layer: weights [member, in, out], then
// biases [member, out].
OTNetwork *ot_network_create(OTNetworkShape shape, char **error);
void ot_network_free(OTNetwork *network);
// The vector instructions that the kernels use here.
const char *ot_network_instruction_set(void);
ptrdiff_t ot_network_parameter_count(const OTNetwork *network);
ptrdiff_t ot_network_weight_offset(const OTNetwork *network, ptrdiff_t layer);
ptrdiff_t ot_network_bias_offset(const OTNetwork *network, ptrdiff_t layer);

// Rows that networks are applied to: group g of them, [rows, in] at `inputs` + g * group_stride,
// goes through member members[g] (NULL: member g). A group stride of 0 gives all the same rows.
typedef struct {
    ptrdiff_t groups, rows, group_stride;
    const int32_t *members;
    const float *inputs;
} OTRows;

// outputs [groups, rows, out].
int ot_network_forward(OTNetwork *network, const float *parameters, OTRows rows, float *outputs,
                       char **error);

// The same for all members, keeping what `ot_network_backward` needs. `rows.members` must be NULL.
int ot_network_trace(OTNetwork *network, const float *parameters, OTRows rows, float *outputs,
                     char **error);

// Gradients of the traced call from those of its outputs [members, rows, out]. Those of the
// parameters stay in the network, see `ot_network_gradient`; those of the inputs, [members, rows,
// in], are written where `input_gradient` is not NULL. Parameters and inputs must be unchanged.
int ot_network_backward(OTNetwork *network, const float *parameters, OTRows rows,
                        const float *output_gradient, float *input_gradient, char **error);

// The same for the inputs alone: parameters count as constants, and no gradient of theirs is left.
int ot_network_input_gradient(OTNetwork *network, const float *parameters, OTRows rows,
                              const float *output_gradient, float *input_gradient, char **error);

// The gradient that the last backward or training call left, laid out like the parameters.
const float *ot_network_gradient(OTNetwork *network);
double ot_network_gradient_norm(OTNetwork *network);

typedef struct {
    double learning_rate, beta1, beta2, epsilon;
    const double *weight_decay;  // [layers], of weights, not biases; NULL for none
    double gradient_scale;       // 1, or less to clip by norm
    int64_t step;                // counts from 1
} OTNetworkAdam;

// One Adam update with that gradient. `finite` receives 0 if an element of it was not finite.
int ot_network_adam(OTNetwork *network, OTNetworkAdam settings, float *parameters, float *first_moment,
                    float *second_moment, int *finite, char **error);

// Losses are means over rows and targets, summed over members.
enum { OT_SQUARED = 0, OT_GAUSSIAN = 1 };

typedef struct {
    int kind;               // OT_GAUSSIAN: outputs are [means | raw log-variances]
    const float *targets;   // [members, rows, targets]
    ptrdiff_t group_stride; // 0 gives all members the same targets
    const float *minimum, *maximum;  // bounds of the log-variance, [targets]; Gaussian only
    double *minimum_gradient, *maximum_gradient;  // [targets], or NULL
} OTLoss;

// Forward, loss, backward and Adam in one call. `losses` [members] receives each member's loss
// before the update.
int ot_network_train(OTNetwork *network, OTRows rows, OTLoss loss, OTNetworkAdam settings,
                     float *parameters, float *first_moment, float *second_moment,
                     double *losses, int *finite, char **error);

// A learned transition model rolled through time: row by row
//     x = (concat(state, action) - input_mean) * input_scale
//     (mean, raw) = network(x)
//     prediction = residual * state + mean + standard deviation * noise
// and the first `states` predictions are the next state. Strides count floats.
typedef struct {
    ptrdiff_t groups, rows, horizon;
    const int32_t *members;  // [groups], NULL: group g uses member g
    ptrdiff_t states, actions, predictions;  // widths: states <= predictions

    const float *start;  // row r of group g at g * start_group_stride + r * start_row_stride
    ptrdiff_t start_group_stride, start_row_stride;

    // The action of row r of group g at time t lies at g * action_group_stride +
    // (r / rows_per_action) * action_row_stride + t * action_time_stride.
    const float *action;
    ptrdiff_t rows_per_action, action_group_stride, action_row_stride, action_time_stride;

    const float *input_mean, *input_scale;  // [states + actions]
    const float *residual;                  // [predictions]
    const float *minimum, *maximum;         // [predictions]; NULL: outputs are means alone
    const float *noise;   // [horizon, groups, rows, predictions]; NULL: means are followed
    float *trajectory;    // [horizon, groups, rows, predictions]
} OTRollout;

int ot_network_rollout(OTNetwork *network, const float *parameters, const OTRollout *rollout,
                       char **error);

// activation(input weight + bias) for input [..., in] and weight [in, out], or as an ensemble for
// input [member, rows, in] and weight [member, in, out]; bias [out] or [member, out] or NULL. With
// `turned`, weights are stored as [out, in]. Takes part in gradients. The fused kernels serve
// float32 on the CPU with at least 8 rows; by rule everything else, and gradients that are to be
// differentiated again, goes through ATen's own operations (`ot_fused_dense_applies` tells which).
OTTensor *ot_fused_dense(OTTensor *input, OTTensor *weight, OTTensor *bias, int activation,
                         int turned, char **error);
int ot_fused_dense_applies(const OTTensor *input, const OTTensor *weight, const OTTensor *bias);

// Says that raw writes have changed a tensor's memory, so that a graph which needs what was there
// refuses to be differentiated.
void ot_mark_changed(OTTensor *tensor);

#ifdef __cplusplus
}
#endif
#endif
