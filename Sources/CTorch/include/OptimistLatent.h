// A recurrent latent model rolled through time in float32 on the CPU, without a tensor in between
// and without gradients. Arguments are raw floats, contiguous and row-major. Nothing here checks
// sizes: the Swift side does.
#ifndef OPTIMIST_LATENT_H
#define OPTIMIST_LATENT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// An affine layer with an activation, the codes of OptimistDense.h: weight [outputs, inputs], bias
// [outputs] or NULL.
typedef struct {
    ptrdiff_t outputs;
    int32_t activation;
    const float *weight, *bias;
} OTLatentLayer;

// Layers one after another; none where a model has no such network.
typedef struct {
    ptrdiff_t count;
    const OTLatentLayer *layers;
} OTLatentNetwork;

// The model, with features (h, z):
//     raw action   Gaussian of (mean, raw) = habit(h, z), its deviation within the given range
//     h'           gated recurrent unit of (z, tanh(raw action)) and h
//     z'           Gaussian of (mean, raw) = transition(h'), deviation softplus(raw) + floor
//     log p(O)     (reward(h', z') + reward_shift) * reward_scale
//     goes on      sigmoid(-ending(h', z')); surely without that network
//     value        value(h, z) * value_scale; 0 without that network
typedef struct {
    ptrdiff_t hidden, latent, action;
    // [3 hidden, latent + action], [3 hidden, hidden] and [3 hidden]: reset, update, candidate.
    const float *input_weight, *hidden_weight, *input_bias, *hidden_bias;
    OTLatentNetwork habit, transition, reward, ending, value;
    float lowest_deviation, highest_deviation, deviation_floor;
    float reward_shift, reward_scale, value_scale;
} OTLatentModel;

// What is rolled out. Row r starts at start r / rows_per_start. Of the rows of a start the first
// `habit_rows` follow the habit, the others what is planned.
typedef struct {
    ptrdiff_t starts, rows_per_start, habit_rows, horizon;
    const float *start;         // [starts, hidden + latent]
    const float *action_noise;  // [rows, horizon, action]
    const float *state_noise;   // [rows, horizon, latent]
    const float *planned;       // [rows, horizon, action]; NULL where the habit chooses in all rows
    double discount;

    float *actions;             // raw, [rows, horizon, action]
    // sum of discount^k survival_k log p(O_k), and the value where imagination stops: [rows].
    float *score;
    float *log_habit;           // the density of a row's actions under the habit, [rows]
    // Along the way, each NULL where nobody asks: [horizon + 1, rows, hidden + latent] from the start
    // on, and [horizon, rows]; `continuation` is NULL for a model without endings.
    float *features, *log_optimality, *continuation;
    // The density of a row's actions so far, [horizon, rows]; NULL where nobody asks.
    float *log_habit_so_far;
} OTLatentRollout;

// Work is cut by rows; a row's numbers depend neither on the cut nor on the number of threads.
int ot_latent_rollout(const OTLatentModel *model, const OTLatentRollout *rollout, char **error);

#ifdef __cplusplus
}
#endif
#endif
