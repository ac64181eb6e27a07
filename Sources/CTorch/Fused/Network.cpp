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
    : kernels(optimist_kernels()), members(shape.members), packed(shape.layers),
      padded_biases(shape.layers), traced(shape.layers), traced_slopes(shape.layers) {
    ptrdiff_t lanes = kernels->lanes;
    for (ptrdiff_t i = 0; i < shape.layers; i++) {
        ptrdiff_t in = shape.widths[i], out = shape.widths[i + 1];
        ptrdiff_t padded = (out + lanes - 1) / lanes * lanes;
        ptrdiff_t weights = parameter_count, biases = weights + members * in * out;
        layers.push_back(
            {in, out, shape.activations[i], weights, biases, spread(padded), padded});
        parameter_count = biases + members * out;
        packed[i].of(members * packed_size(i));
        padded_biases[i].of(members * padded);
    }
}

/// One member's packed weights start at a cache line.
size_t OTNetwork::packed_size(ptrdiff_t layer) const {
    size_t count = optimist_packed_count(kernels, layers[layer].inputs, layers[layer].outputs);
    return (count + 15) / 16 * 16;
}

float *OTNetwork::packed_weights(ptrdiff_t layer, ptrdiff_t member) {
    return packed[layer].of(0) + member * packed_size(layer);
}

float *OTNetwork::padded_bias(ptrdiff_t layer, ptrdiff_t member) {
    return padded_biases[layer].of(0) + member * layers[layer].padded;
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

float *OTNetwork::run_block(ptrdiff_t member, ptrdiff_t rows, const float *x, ptrdiff_t x_stride,
                            Scratch &scratch) {
    scratch.outputs.resize(std::max<size_t>(layers.size(), 2));
    float *y = nullptr;
    for (size_t i = 0; i < layers.size(); i++) {
        const Layer &layer = layers[i];
        y = scratch.outputs[i % 2].of(inference_rows * largest_stride());
        // Whole vectors are stored, padding included: its weights and biases are 0.
        kernels->dense(
            rows, layer.inputs, layer.padded, x, x_stride, 1, packed_weights(i, member),
            padded_bias(i, member), y, layer.stride, 0);
        activate_rows(layer, rows, y, nullptr);
        x = y;
        x_stride = layer.stride;
    }
    return y;
}

namespace {

void pack(OTNetwork &net, const float *parameters) {
    ptrdiff_t count = net.layers.size();
    net.each(net.members * count, net.parameter_count * 8.0, [&](ptrdiff_t item, Scratch &) {
        ptrdiff_t member = item / count, index = item % count;
        const Layer &layer = net.layers[index];
        const float *weights = parameters + layer.weights + member * layer.inputs * layer.outputs;
        const float *biases = parameters + layer.biases + member * layer.outputs;
        net.kernels->pack(
            layer.inputs, layer.outputs, weights, layer.outputs, 0,
            net.packed_weights(index, member));
        std::copy_n(biases, layer.outputs, net.padded_bias(index, member));
    });
}

void forward(OTNetwork &net, const OTRows &rows, float *outputs) {
    ptrdiff_t blocks = (rows.rows + inference_rows - 1) / inference_rows;
    ptrdiff_t width = net.outputs(), stride = net.layers.back().stride;
    double operations = double(net.operations()) * rows.groups * rows.rows;
    net.each(rows.groups * blocks, operations, [&](ptrdiff_t item, Scratch &scratch) {
        ptrdiff_t group = item / blocks, first = item % blocks * inference_rows;
        ptrdiff_t count = std::min(inference_rows, rows.rows - first);
        ptrdiff_t member = rows.members ? rows.members[group] : group;
        const float *x = rows.inputs + group * rows.group_stride + first * net.inputs();
        const float *y = net.run_block(member, count, x, net.inputs(), scratch);
        float *output = outputs + (group * rows.rows + first) * width;
        for (ptrdiff_t i = 0; i < count; i++)
            std::copy_n(y + i * stride, width, output + i * width);
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

int ot_network_pack(OTNetwork *network, const float *parameters, char **error) {
    OT_DO(pack(*network, parameters);)
}

int ot_network_forward(OTNetwork *network, OTRows rows, float *outputs, char **error) {
    OT_DO(forward(*network, rows, outputs);)
}
