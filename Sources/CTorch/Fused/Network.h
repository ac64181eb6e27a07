// What the files of the fused network share: the network behind the handle and its scratch.
#ifndef OPTIMIST_FUSED_NETWORK_H
#define OPTIMIST_FUSED_NETWORK_H

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

#include "OptimistCKernels.h"
#include "OptimistFused.h"
#include "Threads.h"

namespace optimist::fused {

/// Floats at an address that whole vectors can be loaded from. Keeps its memory.
class Buffer {
public:
    Buffer() = default;
    Buffer(const Buffer &) = delete;
    Buffer &operator=(const Buffer &) = delete;
    Buffer(Buffer &&other) noexcept { *this = std::move(other); }
    Buffer &operator=(Buffer &&other) noexcept {
        std::swap(floats, other.floats);
        std::swap(capacity, other.capacity);
        return *this;
    }
    ~Buffer() { std::free(floats); }

    /// At least `count` floats; what was there is lost when it grows. New memory is zero, so that
    /// padding never holds a number that is slow or not finite.
    float *of(size_t count);

private:
    float *floats = nullptr;
    size_t capacity = 0;
};

/// One layer's shape and its place in the parameter buffer.
struct Layer {
    ptrdiff_t inputs, outputs;
    int activation;
    ptrdiff_t weights, biases;  // offsets of member 0
    ptrdiff_t stride;           // of rows of its outputs in scratch
    ptrdiff_t padded;           // its outputs, rounded up to whole vectors
};

/// Memory of one thread.
struct Scratch {
    std::vector<Buffer> outputs, slopes;        // of each layer, for a block of rows
    std::vector<Buffer> packed, turned, biases; // weights of one member, plain and transposed
    ptrdiff_t packed_member = -1;               // whose weights these are; -1: nobody's
    ptrdiff_t turned_member = -1;
    Buffer gradient[2];                         // by a layer's outputs
    Buffer columns;                             // a packed gradient
    Buffer head[6];                             // a head taken apart, see Training.cpp
    std::vector<float *> tape, slope_tape;      // where the outputs and slopes of a block lie
};

/// Most rows in a block. Inference keeps a block's activations near; training also wants the
/// products that sum over rows to be long.
constexpr ptrdiff_t inference_rows = 64, training_rows = 128;

}  // namespace optimist::fused

struct OTNetwork {
    using Buffer = optimist::fused::Buffer;
    using Layer = optimist::fused::Layer;
    using Scratch = optimist::fused::Scratch;

    explicit OTNetwork(const OTNetworkShape &shape);

    const optimist_kernel_set *kernels;
    ptrdiff_t members;
    std::vector<Layer> layers;
    ptrdiff_t parameter_count = 0;

    std::vector<Buffer> packed, padded_biases;  // for inference, [layer][member, ...]
    std::vector<Buffer> traced, traced_slopes;  // [layer][member, rows, stride]
    Buffer gradients;                           // [slice, parameters]
    ptrdiff_t slices = 1;                       // how many of them still have to be summed
    std::vector<double> slice_losses;           // [member, slice, 1 + 2 * targets]
    Buffer bounds[2];                           // of a head, repeated for a block of rows

    std::vector<Scratch> scratch;  // one a thread

    ptrdiff_t inputs() const { return layers.front().inputs; }
    ptrdiff_t outputs() const { return layers.back().outputs; }
    ptrdiff_t largest_stride() const;

    /// The floats of multiplications in one pass of one row, doubled: what a call costs.
    ptrdiff_t operations() const;

    /// How many slices the rows of a member are cut into, so that threads have equal work.
    ptrdiff_t slices_for(ptrdiff_t rows) const;

    /// Runs `body(item, scratch)` for every item, on all threads if the work is worth waking them.
    template <typename Body>
    void each(ptrdiff_t items, double operations, const Body &body) {
        // Below this a second thread takes longer to wake than the work takes.
        constexpr double worthwhile = 5e5;
        ptrdiff_t threads = operations < worthwhile ? 1 : at::get_num_threads();
        threads = std::min(threads, items);
        while (static_cast<ptrdiff_t>(scratch.size()) < threads || scratch.empty())
            scratch.emplace_back();
        if (threads == 1) {
            for (ptrdiff_t item = 0; item < items; item++) body(item, scratch[0]);
            return;
        }
        optimist::fused::Threads::shared().run(
            items, threads,
            [&](ptrdiff_t item, ptrdiff_t seat) { body(item, scratch[seat]); });
    }

    /// Packs a member's weights into the scratch, unless they are there.
    void pack_member(const float *parameters, ptrdiff_t member, Scratch &scratch);
    void turn_member(const float *parameters, ptrdiff_t member, Scratch &scratch);
    /// Forgets packed weights, because parameters may have changed.
    void forget();

    size_t packed_size(ptrdiff_t layer) const;
    float *packed_weights(ptrdiff_t layer, ptrdiff_t member);
    float *padded_bias(ptrdiff_t layer, ptrdiff_t member);

    /// The network on a block of rows, with the weights packed for inference. The result lies in
    /// the scratch, its rows the last layer's stride apart.
    float *run_block(ptrdiff_t member, ptrdiff_t rows, const float *x, ptrdiff_t x_stride,
                     Scratch &scratch);
    /// Applies a layer's activation to rows in scratch, padding included.
    void activate_rows(const Layer &layer, ptrdiff_t rows, float *y, float *slope) const;
};

#endif
