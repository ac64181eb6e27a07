// The fused network: forward passes that are remembered, backward passes and Adam.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "../Shim.h"
#include "Network.h"

using namespace optimist::fused;

namespace {

/// A block of rows of one member, and where its parameters' gradient is summed.
struct Block {
    ptrdiff_t member, rows;
    const float *inputs;
    float *gradients;  // of the slice
    bool accumulate;   // onto an earlier block of the slice
};

/// Points the tape at the scratch: the block is gone after its backward pass.
void tape_in_scratch(const OTNetwork &net, Scratch &scratch) {
    size_t count = net.layers.size();
    scratch.outputs.resize(count);
    scratch.slopes.resize(count);
    scratch.tape.resize(count);
    scratch.slope_tape.resize(count);
    for (size_t i = 0; i < count; i++) {
        size_t floats = training_rows * net.largest_stride();
        scratch.tape[i] = scratch.outputs[i].of(floats);
        bool needed = net.layers[i].activation == OPTIMIST_SWISH;
        scratch.slope_tape[i] = needed ? scratch.slopes[i].of(floats) : nullptr;
    }
}

/// Points the tape at the network's memory of a traced call.
void tape_in_trace(OTNetwork &net, ptrdiff_t row, ptrdiff_t total_rows, Scratch &scratch) {
    size_t count = net.layers.size();
    scratch.tape.resize(count);
    scratch.slope_tape.resize(count);
    for (size_t i = 0; i < count; i++) {
        size_t floats = net.members * total_rows * net.layers[i].stride;
        ptrdiff_t offset = row * net.layers[i].stride;
        scratch.tape[i] = net.traced[i].of(floats) + offset;
        bool needed = net.layers[i].activation == OPTIMIST_SWISH;
        scratch.slope_tape[i] = needed ? net.traced_slopes[i].of(floats) + offset : nullptr;
    }
}

/// Fills the tape; the outputs lie at its end.
const float *forward(OTNetwork &net, const float *parameters, const Block &block,
                     Scratch &scratch) {
    net.pack_member(parameters, block.member, scratch);
    const float *x = block.inputs;
    ptrdiff_t stride = net.inputs();
    for (size_t i = 0; i < net.layers.size(); i++) {
        const Layer &layer = net.layers[i];
        net.kernels->dense(
            block.rows, layer.inputs, layer.padded, x, stride, 1, scratch.packed[i].of(0),
            scratch.biases[i].of(0), scratch.tape[i], layer.stride, OPTIMIST_COLUMN_BIAS);
        net.activate_rows(layer, block.rows, scratch.tape[i], scratch.slope_tape[i]);
        x = scratch.tape[i];
        stride = layer.stride;
    }
    return x;
}

/// The gradient of one layer's weights and biases from that of its sums, `by_sums`.
void parameter_gradient(OTNetwork &net, const Block &block, size_t index, const float *by_sums,
                        Scratch &scratch) {
    const Layer &layer = net.layers[index];
    const float *x = index > 0 ? scratch.tape[index - 1] : block.inputs;
    ptrdiff_t stride = index > 0 ? net.layers[index - 1].stride : net.inputs();
    float *columns = scratch.columns.of(training_rows * net.largest_stride());
    float *weights = block.gradients + layer.weights + block.member * layer.inputs * layer.outputs;
    float *biases = block.gradients + layer.biases + block.member * layer.outputs;
    net.kernels->pack(block.rows, layer.outputs, by_sums, layer.stride, 0, columns);
    net.kernels->dense(
        layer.inputs, block.rows, layer.outputs, x, 1, stride, columns, nullptr, weights,
        layer.outputs, block.accumulate ? OPTIMIST_ACCUMULATE : OPTIMIST_COLUMN_BIAS);
    net.kernels->column_sums(
        block.rows, layer.outputs, by_sums, layer.stride, biases, block.accumulate);
}

/// From the gradient of the outputs, in scratch.gradient[0] with the last layer's stride. Without
/// `block.gradients` only the inputs' gradient is made.
void backward(OTNetwork &net, const float *parameters, const Block &block, float *input_gradient,
              Scratch &scratch) {
    net.turn_member(parameters, block.member, scratch);
    size_t floats = training_rows * net.largest_stride();
    float *current = scratch.gradient[0].of(floats), *next = scratch.gradient[1].of(floats);
    for (size_t i = net.layers.size(); i-- > 0;) {
        const Layer &layer = net.layers[i];
        net.kernels->activation_gradient(
            layer.activation, block.rows * layer.stride, scratch.tape[i], scratch.slope_tape[i],
            current);
        if (block.gradients) parameter_gradient(net, block, i, current, scratch);
        const float *turned = scratch.turned[i].of(0);
        if (i > 0) {
            const Layer &below = net.layers[i - 1];
            net.kernels->dense(
                block.rows, layer.outputs, below.padded, current, layer.stride, 1, turned,
                nullptr, next, below.stride, OPTIMIST_COLUMN_BIAS);
            std::swap(current, next);
        } else if (input_gradient) {
            net.kernels->dense(
                block.rows, layer.outputs, layer.inputs, current, layer.stride, 1, turned,
                nullptr, input_gradient, layer.inputs, OPTIMIST_COLUMN_BIAS);
        }
    }
}

/// How the rows of every member are cut.
struct Slices {
    ptrdiff_t count, rows;

    Slices(const OTNetwork &net, ptrdiff_t total) {
        ptrdiff_t unit = net.kernels->row_block;
        count = net.slices_for(total);
        rows = ((total + count - 1) / count + unit - 1) / unit * unit;
        count = std::max<ptrdiff_t>((total + rows - 1) / rows, 1);
    }
};

/// Runs `body(block, first row, scratch)` over all members' rows.
template <typename Body>
void each_block(OTNetwork &net, const OTRows &rows, double passes, const Body &body) {
    Slices slices(net, rows.rows);
    net.slices = slices.count;
    float *gradients = net.gradients.of(slices.count * net.parameter_count);
    double operations = passes * double(net.operations()) * net.members * rows.rows;
    net.each(net.members * slices.count, operations, [&](ptrdiff_t item, Scratch &scratch) {
        ptrdiff_t member = item / slices.count, slice = item % slices.count;
        ptrdiff_t begin = slice * slices.rows, end = std::min(begin + slices.rows, rows.rows);
        for (ptrdiff_t row = begin; row < end; row += training_rows) {
            const float *x = rows.inputs + member * rows.group_stride + row * net.inputs();
            Block block = {
                member, std::min(training_rows, end - row), x,
                gradients + slice * net.parameter_count, row > begin,
            };
            body(block, row, scratch);
        }
    });
}

/// A loss with its head's bounds made ready.
struct Head {
    const OTLoss &loss;
    ptrdiff_t targets;
    float scale;
    const float *exp_minimum = nullptr, *exp_negative_maximum = nullptr;
    double *sums;  // [member, slice, 1 + 2 * targets]: the loss, gradients of minimum and maximum
    ptrdiff_t width;

    Head(OTNetwork &net, const OTLoss &loss, ptrdiff_t rows) : loss(loss) {
        bool gaussian = loss.kind == OT_GAUSSIAN;
        targets = gaussian ? net.outputs() / 2 : net.outputs();
        scale = static_cast<float>(1.0 / (double(rows) * targets));
        width = 1 + 2 * targets;
        net.slice_losses.assign(net.members * net.slices_for(rows) * width, 0);
        sums = net.slice_losses.data();
        if (!gaussian) return;
        float *low = net.bounds[0].of(training_rows * targets);
        float *high = net.bounds[1].of(training_rows * targets);
        for (ptrdiff_t i = 0; i < training_rows * targets; i++) {
            low[i] = i < targets ? std::exp(loss.minimum[i]) : low[i - targets];
            high[i] = i < targets ? std::exp(-loss.maximum[i]) : high[i - targets];
        }
        exp_minimum = low;
        exp_negative_maximum = high;
    }
};

/// Copies columns [first, first + width) of rows `stride` apart to or from contiguous rows.
void take_columns(const float *from, ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t width, float *to) {
    for (ptrdiff_t i = 0; i < rows; i++)
        for (ptrdiff_t j = 0; j < width; j++) to[i * width + j] = from[i * stride + j];
}

void put_columns(const float *from, ptrdiff_t stride, ptrdiff_t rows, ptrdiff_t width, float *to) {
    for (ptrdiff_t i = 0; i < rows; i++)
        for (ptrdiff_t j = 0; j < width; j++) to[i * stride + j] = from[i * width + j];
}

void gaussian_block(OTNetwork &net, const Head &head, ptrdiff_t rows, const float *outputs,
                    ptrdiff_t stride, const float *targets, float *by_outputs, double *sums,
                    Scratch &scratch) {
    ptrdiff_t width = head.targets, count = rows * width;
    float *part[6];
    for (int i = 0; i < 6; i++) part[i] = scratch.head[i].of(training_rows * width);
    take_columns(outputs, stride, rows, width, part[0]);
    take_columns(outputs + width, stride, rows, width, part[1]);
    bool bounds = head.loss.minimum_gradient || head.loss.maximum_gradient;
    optimist_gaussian_gradient gradient = {
        part[2], part[3], bounds ? part[4] : nullptr, bounds ? part[5] : nullptr};
    sums[0] += net.kernels->gaussian_loss(
        {part[0], part[1], head.exp_minimum, head.exp_negative_maximum}, count, targets,
        head.scale, gradient);
    put_columns(part[2], stride, rows, width, by_outputs);
    put_columns(part[3], stride, rows, width, by_outputs + width);
    for (ptrdiff_t i = 0; bounds && i < count; i++) {
        sums[1 + i % width] += part[4][i];
        sums[1 + width + i % width] += part[5][i];
    }
}

void loss_block(OTNetwork &net, const Head &head, const Block &block, ptrdiff_t row,
                const float *outputs, double *sums, Scratch &scratch) {
    ptrdiff_t stride = net.layers.back().stride, width = head.targets;
    const float *targets =
        head.loss.targets + block.member * head.loss.group_stride + row * width;
    float *by_outputs = scratch.gradient[0].of(training_rows * net.largest_stride());
    if (head.loss.kind == OT_GAUSSIAN) {
        gaussian_block(
            net, head, block.rows, outputs, stride, targets, by_outputs, sums, scratch);
        return;
    }
    float *prediction = scratch.head[0].of(training_rows * width);
    float *gradient = scratch.head[1].of(training_rows * width);
    take_columns(outputs, stride, block.rows, width, prediction);
    sums[0] += net.kernels->squared_loss(
        block.rows * width, prediction, targets, head.scale, gradient);
    put_columns(gradient, stride, block.rows, width, by_outputs);
}

/// Adds up the slices' losses and bounds' gradients, in order.
void collect(const OTNetwork &net, const Head &head, ptrdiff_t slices, double *losses) {
    ptrdiff_t targets = head.targets;
    double *outputs[2] = {head.loss.minimum_gradient, head.loss.maximum_gradient};
    for (double *output : outputs)
        if (output) std::fill_n(output, targets, 0.0);
    for (ptrdiff_t member = 0; member < net.members; member++) {
        losses[member] = 0;
        for (ptrdiff_t slice = 0; slice < slices; slice++) {
            const double *sums = head.sums + (member * slices + slice) * head.width;
            losses[member] += sums[0] * head.scale;
            for (ptrdiff_t i = 0; i < targets; i++)
                for (int k = 0; k < 2; k++)
                    if (outputs[k]) outputs[k][i] += sums[1 + k * targets + i];
        }
    }
}

/// A stretch of parameters that share their weight decay.
struct Stretch {
    ptrdiff_t begin, count;
    double weight_decay;
};

constexpr ptrdiff_t stretch_length = 8192;

/// The parameters cut into stretches of a size that keeps all threads busy.
std::vector<Stretch> stretches(const OTNetwork &net, const OTNetworkAdam &settings) {
    std::vector<Stretch> result;
    auto cut = [&](ptrdiff_t begin, ptrdiff_t end, double decay) {
        for (; begin < end; begin += stretch_length)
            result.push_back({begin, std::min(stretch_length, end - begin), decay});
    };
    for (size_t i = 0; i < net.layers.size(); i++) {
        const Layer &layer = net.layers[i];
        cut(layer.weights, layer.biases, settings.weight_decay ? settings.weight_decay[i] : 0);
        cut(layer.biases, layer.biases + net.members * layer.outputs, 0);
    }
    return result;
}

bool adam(OTNetwork &net, const OTNetworkAdam &settings, float *parameters, float *first_moment,
          float *second_moment) {
    optimist_adam_settings common = {
        float(settings.learning_rate), float(settings.beta1), float(settings.beta2),
        float(settings.epsilon), 0, float(settings.gradient_scale),
        float(1 - std::pow(settings.beta1, double(settings.step))),
        float(1 - std::pow(settings.beta2, double(settings.step))),
    };
    std::vector<Stretch> parts = stretches(net, settings);
    float *gradients = net.gradients.of(0);
    std::atomic<int> finite{1};
    // Its cost is that of memory: a parameter takes as long as a hundred products.
    net.each(parts.size(), net.parameter_count * 100.0, [&](ptrdiff_t item, Scratch &) {
        const Stretch &part = parts[item];
        optimist_adam_settings own = common;
        own.weight_decay = float(part.weight_decay);
        if (!net.kernels->adam(
                &own, part.count, parameters + part.begin, gradients + part.begin, net.slices,
                net.parameter_count, first_moment + part.begin, second_moment + part.begin))
            finite = 0;
    });
    net.slices = 1;
    net.forget();
    return finite;
}

}  // namespace

namespace {

void trace(OTNetwork &net, const float *parameters, const OTRows &rows, float *outputs) {
    net.forget();
    // The memory must have its size before threads point into it.
    Scratch sized;
    tape_in_trace(net, 0, rows.rows, sized);
    ptrdiff_t width = net.outputs(), stride = net.layers.back().stride;
    each_block(net, rows, 1, [&](const Block &block, ptrdiff_t row, Scratch &scratch) {
        ptrdiff_t first = block.member * rows.rows + row;
        tape_in_trace(net, first, rows.rows, scratch);
        const float *y = forward(net, parameters, block, scratch);
        take_columns(y, stride, block.rows, width, outputs + first * width);
    });
}

void backward_traced(OTNetwork &net, const float *parameters, const OTRows &rows,
                     const float *output_gradient, float *input_gradient, bool parameters_too) {
    ptrdiff_t width = net.outputs(), stride = net.layers.back().stride;
    double passes = parameters_too ? 2 : 1;
    each_block(net, rows, passes, [&](Block block, ptrdiff_t row, Scratch &scratch) {
        if (!parameters_too) block.gradients = nullptr;
        ptrdiff_t first = block.member * rows.rows + row;
        tape_in_trace(net, first, rows.rows, scratch);
        float *by_outputs = scratch.gradient[0].of(training_rows * net.largest_stride());
        put_columns(output_gradient + first * width, stride, block.rows, width, by_outputs);
        float *by_inputs = input_gradient ? input_gradient + first * net.inputs() : nullptr;
        backward(net, parameters, block, by_inputs, scratch);
    });
}

/// Forward, loss and backward. A block's activations are still near when its gradient is made.
void learn(OTNetwork &net, const float *parameters, const OTRows &rows, const OTLoss &loss,
           double *losses) {
    net.forget();
    Head head(net, loss, rows.rows);
    Slices slices(net, rows.rows);
    each_block(net, rows, 3, [&](const Block &block, ptrdiff_t row, Scratch &scratch) {
        ptrdiff_t part = block.member * slices.count + row / slices.rows;
        tape_in_scratch(net, scratch);
        const float *y = forward(net, parameters, block, scratch);
        loss_block(net, head, block, row, y, head.sums + part * head.width, scratch);
        backward(net, parameters, block, nullptr, scratch);
    });
    collect(net, head, slices.count, losses);
}

const float *summed_gradient(OTNetwork &net) {
    float *sum = net.gradients.of(net.parameter_count);
    for (ptrdiff_t slice = 1; slice < net.slices; slice++)
        for (ptrdiff_t i = 0; i < net.parameter_count; i++)
            sum[i] += sum[slice * net.parameter_count + i];
    net.slices = 1;
    return sum;
}

}  // namespace

int ot_network_trace(OTNetwork *network, const float *parameters, OTRows rows, float *outputs,
                     char **error) {
    OT_DO(trace(*network, parameters, rows, outputs);)
}

int ot_network_backward(OTNetwork *network, const float *parameters, OTRows rows,
                        const float *output_gradient, float *input_gradient, char **error) {
    OT_DO(backward_traced(*network, parameters, rows, output_gradient, input_gradient, true);)
}

int ot_network_input_gradient(OTNetwork *network, const float *parameters, OTRows rows,
                              const float *output_gradient, float *input_gradient, char **error) {
    OT_DO(backward_traced(*network, parameters, rows, output_gradient, input_gradient, false);)
}

const float *ot_network_gradient(OTNetwork *network) { return summed_gradient(*network); }

static double exact_square_sum(const float *numbers, ptrdiff_t count) {
    double sum = 0;
    for (ptrdiff_t i = 0; i < count; i++) sum += double(numbers[i]) * numbers[i];
    return sum;
}

double ot_network_gradient_norm(OTNetwork *network) {
    const float *gradient = summed_gradient(*network);
    // Several sums, so that an addition need not wait for the one before; short ones in float32,
    // which is exact enough there and twice as fast.
    constexpr ptrdiff_t lanes = 16, stretch = 64 * lanes;
    double sum = 0;
    for (ptrdiff_t begin = 0; begin < network->parameter_count; begin += stretch) {
        ptrdiff_t end = std::min(begin + stretch, network->parameter_count), i = begin;
        float sums[lanes] = {};
        for (; i + lanes <= end; i += lanes)
            for (ptrdiff_t j = 0; j < lanes; j++) sums[j] += gradient[i + j] * gradient[i + j];
        for (float each : sums) sum += each;
        sum += exact_square_sum(gradient + i, end - i);
    }
    // Squares of numbers beyond 1e19 are too large for float32.
    if (!std::isfinite(sum)) sum = exact_square_sum(gradient, network->parameter_count);
    return std::sqrt(sum);
}

int ot_network_adam(OTNetwork *network, OTNetworkAdam settings, float *parameters, float *first_moment,
                    float *second_moment, int *finite, char **error) {
    OT_DO(*finite = adam(*network, settings, parameters, first_moment, second_moment);)
}

int ot_network_train(OTNetwork *network, OTRows rows, OTLoss loss, OTNetworkAdam settings,
                     float *parameters, float *first_moment, float *second_moment,
                     double *losses, int *finite, char **error) {
    OT_DO(learn(*network, parameters, rows, loss, losses);
          *finite = adam(*network, settings, parameters, first_moment, second_moment);)
}
