// The fused network: its life, its packed weights and its forward pass.
#include "Network.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "../Shim.h"

namespace optimist::fused {

float *Buffer::of(size_t count) {
    if (count <= capacity) return floats;
    std::free(floats);
    capacity = 0;
    size_t bytes = (count * sizeof(float) + 127) / 64 * 64;
    floats = static_cast<float *>(std::aligned_alloc(64, bytes));
    if (!floats) throw std::bad_alloc();
    std::memset(floats, 0, bytes);
    capacity = count;
    return floats;
}

/// Rows of scratch start an odd number of cache lines apart: with widths that are powers of two,
/// a column's numbers would otherwise share a few lines' places in the cache.
static ptrdiff_t spread(ptrdiff_t width) {
    ptrdiff_t lines = (width + 15) / 16;
    return (lines | 1) * 16;
}

}  // namespace optimist::fused

using namespace optimist::fused;

OTNetwork::OTNetwork(const OTNetworkShape &shape)
    : kernels(optimist_kernels()), members(shape.members), traced(shape.layers),
      traced_slopes(shape.layers) {
    ptrdiff_t lanes = kernels->lanes;
    for (ptrdiff_t i = 0; i < shape.layers; i++) {
        ptrdiff_t in = shape.widths[i], out = shape.widths[i + 1];
        ptrdiff_t padded = (out + lanes - 1) / lanes * lanes;
        ptrdiff_t weights = parameter_count, biases = weights + members * in * out;
        layers.push_back(
            {in, out, shape.activations[i], weights, biases, spread(padded), padded});
        parameter_count = biases + members * out;
    }
}

void OTNetwork::activate_rows(const Layer &layer, ptrdiff_t rows, float *y, float *slope) const {
    if (layer.activation == OPTIMIST_IDENTITY) return;
    kernels->activate(layer.activation, rows * layer.stride, y, slope);
}

ptrdiff_t OTNetwork::largest_stride() const {
    ptrdiff_t largest = spread(inputs());
    for (const Layer &layer : layers) largest = std::max(largest, layer.stride);
    return largest;
}

ptrdiff_t OTNetwork::operations() const {
    ptrdiff_t sum = 0;
    for (const Layer &layer : layers) sum += 2 * layer.inputs * layer.outputs;
    return sum;
}

ptrdiff_t OTNetwork::slices_for(ptrdiff_t rows) const {
    ptrdiff_t threads = at::get_num_threads();
    ptrdiff_t wanted = threads / std::gcd(members, threads);
    return std::clamp<ptrdiff_t>(rows / 32, 1, wanted);
}

static void pack_all(const OTNetwork &network, const float *parameters, ptrdiff_t member,
                     bool turned, std::vector<Buffer> &buffers) {
    buffers.resize(network.layers.size());
    for (size_t i = 0; i < network.layers.size(); i++) {
        const Layer &layer = network.layers[i];
        ptrdiff_t inner = turned ? layer.outputs : layer.inputs;
        ptrdiff_t columns = turned ? layer.inputs : layer.outputs;
        const float *weights = parameters + layer.weights + member * layer.inputs * layer.outputs;
        float *packed = buffers[i].of(optimist_packed_count(network.kernels, inner, columns));
        network.kernels->pack(inner, columns, weights, layer.outputs, turned, packed);
    }
}

void OTNetwork::pack_member(const float *parameters, ptrdiff_t member, Scratch &scratch) {
    if (scratch.packed_member == member) return;
    pack_all(*this, parameters, member, false, scratch.packed);
    scratch.biases.resize(layers.size());
    for (size_t i = 0; i < layers.size(); i++) {
        const float *bias = parameters + layers[i].biases + member * layers[i].outputs;
        std::copy_n(bias, layers[i].outputs, scratch.biases[i].of(layers[i].padded));
    }
    scratch.packed_member = member;
}

void OTNetwork::turn_member(const float *parameters, ptrdiff_t member, Scratch &scratch) {
    if (scratch.turned_member == member) return;
    pack_all(*this, parameters, member, true, scratch.turned);
    scratch.turned_member = member;
}

void OTNetwork::forget() {
    for (Scratch &each : scratch) each.packed_member = each.turned_member = -1;
}

float *OTNetwork::run_panel(const float *parameters, ptrdiff_t member, ptrdiff_t rows,
                            const float *x, Scratch &scratch, ptrdiff_t &columns) {
    columns = (rows + kernels->lanes - 1) / kernels->lanes * kernels->lanes;
    scratch.panels.resize(2);
    size_t floats = largest_stride() * kernels->panel_lanes;
    float *from = scratch.panels[0].of(floats), *to = scratch.panels[1].of(floats);
    kernels->pack(inputs(), rows, x, inputs(), 1, from);
    for (const Layer &layer : layers) {
        const float *weights = parameters + layer.weights + member * layer.inputs * layer.outputs;
        const float *biases = parameters + layer.biases + member * layer.outputs;
        kernels->dense(
            layer.outputs, layer.inputs, columns, weights, 1, layer.outputs, from, biases, to,
            columns, OPTIMIST_ROW_BIAS);
        if (layer.activation != OPTIMIST_IDENTITY)
            kernels->activate(layer.activation, layer.outputs * columns, to, nullptr);
        std::swap(from, to);
    }
    return from;
}

namespace {

/// Few rows would leave most lanes of a panel empty: rows of weights fill them instead.
void forward_few(OTNetwork &net, const float *parameters, const OTRows &rows, float *outputs) {
    net.forget();
    double operations = double(net.operations()) * rows.groups * rows.rows;
    net.each(rows.groups, operations, [&](ptrdiff_t group, Scratch &scratch) {
        ptrdiff_t width = net.outputs(), stride = net.inputs();
        net.pack_member(parameters, rows.members ? rows.members[group] : group, scratch);
        scratch.outputs.resize(net.layers.size());
        const float *x = rows.inputs + group * rows.group_stride;
        for (size_t i = 0; i < net.layers.size(); i++) {
            const Layer &layer = net.layers[i];
            float *y = scratch.outputs[i].of(training_rows * net.largest_stride());
            net.kernels->dense(
                rows.rows, layer.inputs, layer.padded, x, stride, 1, scratch.packed[i].of(0),
                scratch.biases[i].of(0), y, layer.stride, OPTIMIST_COLUMN_BIAS);
            net.activate_rows(layer, rows.rows, y, nullptr);
            x = y;
            stride = layer.stride;
        }
        float *output = outputs + group * rows.rows * width;
        for (ptrdiff_t i = 0; i < rows.rows; i++)
            std::copy_n(x + i * stride, width, output + i * width);
    });
}

void forward(OTNetwork &net, const float *parameters, const OTRows &rows, float *outputs) {
    if (rows.rows < net.kernels->lanes) return forward_few(net, parameters, rows, outputs);
    Panels panels(*net.kernels, rows.rows);
    ptrdiff_t width = net.outputs();
    double operations = double(net.operations()) * rows.groups * rows.rows;
    net.each(rows.groups * panels.count, operations, [&](ptrdiff_t item, Scratch &scratch) {
        ptrdiff_t group = item / panels.count, index = item % panels.count;
        ptrdiff_t first = panels.begin(index), count = panels.size(index), columns;
        ptrdiff_t member = rows.members ? rows.members[group] : group;
        const float *x = rows.inputs + group * rows.group_stride + first * net.inputs();
        const float *y = net.run_panel(parameters, member, count, x, scratch, columns);
        float *output = outputs + (group * rows.rows + first) * width;
        for (ptrdiff_t i = 0; i < count; i++)
            for (ptrdiff_t j = 0; j < width; j++) output[i * width + j] = y[j * columns + i];
    });
}

}  // namespace

OTNetwork *ot_network_create(OTNetworkShape shape, char **error) {
    OT_CATCH(nullptr, return new OTNetwork(shape);)
}

void ot_network_free(OTNetwork *network) { delete network; }

const char *ot_network_instruction_set(void) { return optimist_kernels()->name; }

ptrdiff_t ot_network_parameter_count(const OTNetwork *network) { return network->parameter_count; }

ptrdiff_t ot_network_weight_offset(const OTNetwork *network, ptrdiff_t layer) {
    return network->layers[layer].weights;
}

ptrdiff_t ot_network_bias_offset(const OTNetwork *network, ptrdiff_t layer) {
    return network->layers[layer].biases;
}

int ot_network_forward(OTNetwork *network, const float *parameters, OTRows rows, float *outputs,
                       char **error) {
    OT_DO(forward(*network, parameters, rows, outputs);)
}
