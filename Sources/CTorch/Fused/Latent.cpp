// A recurrent latent model rolled through time. A block of rows goes through the whole horizon
// before the next one starts, turned: rows lie side by side in vectors, and weights are read where
// they are. So features, noise and activations stay in the nearest cache, and nothing is packed
// but the noise.
#include "OptimistLatent.h"

#include <algorithm>
#include <cstring>

#include "../Shim.h"
#include "Network.h"

using namespace optimist::fused;

namespace {

/// The reset and update gates' weights for (h, z, action), as the block's features lie: one product
/// makes both gates.
struct Gates {
    Buffer weight, bias;

    void pack(const OTLatentModel &model) {
        ptrdiff_t rows = 2 * model.hidden, inputs = model.latent + model.action;
        float *to = weight.of(rows * (model.hidden + inputs)), *sums = bias.of(rows);
        for (ptrdiff_t i = 0; i < rows; i++) {
            to = std::copy_n(model.hidden_weight + i * model.hidden, model.hidden, to);
            to = std::copy_n(model.input_weight + i * inputs, inputs, to);
            sums[i] = model.hidden_bias[i] + model.input_bias[i];
        }
    }
};

/// A thread's memory for a block of rows.
struct Memory {
    Buffer features, gates, candidate, layers[2], actions, noise[2], planned, chooses, sums;
};

ptrdiff_t widest(const OTLatentModel &model) {
    ptrdiff_t most = model.hidden;
    for (const OTLatentNetwork *net :
         {&model.habit, &model.transition, &model.reward, &model.ending, &model.value})
        for (ptrdiff_t i = 0; i < net->count; i++) most = std::max(most, net->layers[i].outputs);
    return most;
}

/// A block of rows on its way; every array is [numbers, columns].
class Block {
public:
    Block(const OTLatentModel &model, const OTLatentRollout &plan, Gates &gates, ptrdiff_t first,
          ptrdiff_t rows, Memory &memory)
        : model(model), plan(plan), gates(gates), memory(memory), kernels(*optimist_kernels()),
          first(first), rows(rows),
          columns((rows + kernels.lanes - 1) / kernels.lanes * kernels.lanes),
          width(model.hidden + model.latent) {
        h = memory.features.of((width + model.action) * columns);
        z = h + model.hidden * columns;
        squashed = h + width * columns;
        candidate = memory.candidate.of(2 * model.hidden * columns);
        for (int i = 0; i < 2; i++) layer[i] = memory.layers[i].of(widest(model) * columns);
        actions = memory.actions.of(plan.horizon * model.action * columns);
        action_noise = turned(plan.action_noise, model.action, memory.noise[0]);
        state_noise = turned(plan.state_noise, model.latent, memory.noise[1]);
        planned = plan.planned ? turned(plan.planned, model.action, memory.planned) : nullptr;
        chooses = memory.chooses.of(columns);
        score = memory.sums.of(3 * columns);
        log_habit = score + columns;
        survival = log_habit + columns;
    }

    void run() {
        begin();
        keep_features(0);
        double discount = 1;
        for (ptrdiff_t step = 0; step < plan.horizon; step++, discount *= plan.discount) {
            act(step);
            advance();
            infer(step);
            keep_features(step + 1);
            arrive(step, discount);
        }
        if (model.value.count > 0) {
            const float *value = apply(model.value, h, width);
            for (ptrdiff_t i = 0; i < columns; i++)
                count(i, value[i] * model.value_scale, discount);
        }
        finish();
    }

private:
    const OTLatentModel &model;
    const OTLatentRollout &plan;
    Gates &gates;
    Memory &memory;
    const optimist_kernel_set &kernels;
    ptrdiff_t first, rows, columns, width;
    float *h, *z, *squashed;  // one after another: the inputs of every product
    float *candidate, *layer[2], *actions, *chooses, *score, *log_habit, *survival;
    const float *action_noise, *state_noise, *planned;

    /// This block's part of [rows, horizon, numbers], as [horizon * numbers, columns].
    const float *turned(const float *all, ptrdiff_t numbers, Buffer &buffer) const {
        ptrdiff_t length = plan.horizon * numbers;
        float *to = buffer.of(length * columns);
        kernels.pack(length, rows, all + first * length, length, 1, to);
        return to;
    }

    void begin() {
        std::memset(h, 0, (width + model.action) * columns * sizeof(float));
        for (ptrdiff_t r = 0; r < rows; r++) {
            const float *start = plan.start + (first + r) / plan.rows_per_start * width;
            for (ptrdiff_t i = 0; i < width; i++) h[i * columns + r] = start[i];
            chooses[r] = (first + r) % plan.rows_per_start < plan.habit_rows;
        }
        std::fill_n(score, 2 * columns, 0.0f);
        std::fill_n(survival, columns, 1.0f);
    }

    /// y = weight x + bias, [outputs, columns].
    void product(ptrdiff_t outputs, ptrdiff_t inputs, const float *weight, const float *bias,
                 const float *x, float *y) const {
        kernels.dense(
            outputs, inputs, columns, weight, inputs, 1, x, bias, y, columns, OPTIMIST_ROW_BIAS);
    }

    /// A network's outputs, until it or another one is applied again.
    const float *apply(const OTLatentNetwork &network, const float *x, ptrdiff_t inputs) const {
        for (ptrdiff_t i = 0; i < network.count; i++) {
            const OTLatentLayer &next = network.layers[i];
            float *y = layer[i % 2];
            product(next.outputs, inputs, next.weight, next.bias, x, y);
            if (next.activation != OPTIMIST_IDENTITY)
                kernels.activate(next.activation, next.outputs * columns, y, nullptr);
            x = y;
            inputs = next.outputs;
        }
        return x;
    }

    void act(ptrdiff_t step) {
        const float *law = apply(model.habit, h, width);
        for (ptrdiff_t i = 0; i < model.action; i++) {
            ptrdiff_t at = (step * model.action + i) * columns;
            optimist_action_law one = {
                law + i * columns, law + (model.action + i) * columns, model.lowest_deviation,
                model.highest_deviation - model.lowest_deviation, chooses,
            };
            kernels.squashed_draw(
                one, columns, action_noise + at, planned ? planned + at : nullptr, actions + at,
                squashed + i * columns, log_habit);
        }
        if (plan.log_habit_so_far)
            std::copy_n(
                log_habit, rows,
                plan.log_habit_so_far + step * plan.starts * plan.rows_per_start + first);
    }

    void advance() {
        ptrdiff_t hidden = model.hidden, inputs = model.latent + model.action;
        float *gate = memory.gates.of(2 * hidden * columns), *kept = candidate + hidden * columns;
        product(2 * hidden, hidden + inputs, gates.weight.of(0), gates.bias.of(0), h, gate);
        product(
            hidden, inputs, model.input_weight + 2 * hidden * inputs,
            model.input_bias + 2 * hidden, z, candidate);
        product(
            hidden, hidden, model.hidden_weight + 2 * hidden * hidden,
            model.hidden_bias + 2 * hidden, h, kept);
        kernels.gated_update(
            hidden * columns, gate, gate + hidden * columns, candidate, kept, h);
    }

    void infer(ptrdiff_t step) {
        ptrdiff_t total = model.latent * columns;
        const float *law = apply(model.transition, h, model.hidden);
        kernels.softplus_sample(
            total, law, law + total, model.deviation_floor, state_noise + step * total, z);
    }

    void count(ptrdiff_t i, float term, double discount) {
        score[i] += term * survival[i] * static_cast<float>(discount);
    }

    /// The reward on arrival counts before the ending does.
    void arrive(ptrdiff_t step, double discount) {
        const float *reward = apply(model.reward, h, width);
        ptrdiff_t at = step * plan.starts * plan.rows_per_start + first;
        for (ptrdiff_t i = 0; i < columns; i++) {
            float gain = (reward[i] + model.reward_shift) * model.reward_scale;
            if (plan.log_optimality && i < rows) plan.log_optimality[at + i] = gain;
            count(i, gain, discount);
        }
        if (model.ending.count == 0) return;
        float *ends = const_cast<float *>(apply(model.ending, h, width));
        for (ptrdiff_t i = 0; i < columns; i++) ends[i] = -ends[i];
        kernels.activate(OPTIMIST_SIGMOID, columns, ends, nullptr);
        for (ptrdiff_t i = 0; i < columns; i++) survival[i] *= ends[i];
        if (plan.continuation) std::copy_n(ends, rows, plan.continuation + at);
    }

    void keep_features(ptrdiff_t step) const {
        if (!plan.features) return;
        float *to = plan.features + (step * plan.starts * plan.rows_per_start + first) * width;
        for (ptrdiff_t r = 0; r < rows; r++)
            for (ptrdiff_t i = 0; i < width; i++) *to++ = h[i * columns + r];
    }

    void finish() const {
        std::copy_n(score, rows, plan.score + first);
        std::copy_n(log_habit, rows, plan.log_habit + first);
        ptrdiff_t length = plan.horizon * model.action;
        float *to = plan.actions + first * length;
        for (ptrdiff_t r = 0; r < rows; r++)
            for (ptrdiff_t i = 0; i < length; i++) *to++ = actions[i * columns + r];
    }
};

/// Multiplications of a step of a row, doubled.
double operations(const OTLatentModel &model) {
    ptrdiff_t width = model.hidden + model.latent;
    double sum = 3.0 * model.hidden * (width + model.action);
    for (const OTLatentNetwork *net :
         {&model.habit, &model.transition, &model.reward, &model.ending}) {
        ptrdiff_t inputs = net == &model.transition ? model.hidden : width;
        for (ptrdiff_t i = 0; i < net->count; inputs = net->layers[i++].outputs)
            sum += static_cast<double>(inputs) * net->layers[i].outputs;
    }
    return 2 * sum;
}

void roll_out(const OTLatentModel &model, const OTLatentRollout &plan) {
    // Below this a second thread takes longer to wake than the work takes.
    constexpr double worthwhile = 5e5;
    thread_local Gates gates;
    gates.pack(model);
    Gates &packed = gates;
    ptrdiff_t rows = plan.starts * plan.rows_per_start;
    Panels panels(*optimist_kernels(), rows);
    ptrdiff_t threads = at::get_num_threads();
    if (operations(model) * rows * plan.horizon < worthwhile) threads = 1;
    // Every thread gets as many blocks.
    panels.count = std::min((panels.count + threads - 1) / threads * threads, panels.vectors);
    Threads::shared().run(panels.count, threads, [&](ptrdiff_t index, ptrdiff_t) {
        thread_local Memory memory;
        Block(model, plan, packed, panels.begin(index), panels.size(index), memory).run();
    });
}

}  // namespace

int ot_latent_rollout(const OTLatentModel *model, const OTLatentRollout *rollout, char **error) {
    OT_DO(roll_out(*model, *rollout);)
}
