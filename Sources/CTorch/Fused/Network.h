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
    std::vector<Buffer> panels;                 // of inference, see OTNetwork::run_panel
    std::vector<float *> tape, slope_tape;      // where the outputs and slopes of a block lie
};

/// Most rows in a block of training, whose products that sum over rows should be long.
constexpr ptrdiff_t training_rows = 128;

/// How the rows of a group are cut for inference: into panels of whole vectors, evenly.
struct Panels {
    ptrdiff_t rows, lanes, vectors, count;

    Panels(const optimist_kernel_set &kernels, ptrdiff_t rows)
        : rows(rows), lanes(kernels.lanes), vectors((rows + lanes - 1) / lanes),
          count((vectors * lanes + kernels.panel_lanes - 1) / kernels.panel_lanes) {}

    ptrdiff_t begin(ptrdiff_t index) const {
        return (index * (vectors / count) + std::min(index, vectors % count)) * lanes;
    }
    ptrdiff_t size(ptrdiff_t index) const {
        return std::min(begin(index + 1), rows) - begin(index);
    }
};

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
        // Below this, some tens of microseconds, a second thread takes longer to wake than it saves.
        constexpr double worthwhile = 5e6;
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

    /// The network on a panel of at most `panel_lanes` rows, turned: samples lie side by side in
    /// vectors, and weights are read where they are, one number at a time. Widths need no padding,
    /// and nothing is packed. The result [out, columns] lies in the scratch, `columns` the rows
    /// rounded up to whole vectors.
    float *run_panel(const float *parameters, ptrdiff_t member, ptrdiff_t rows, const float *x,
                     Scratch &scratch, ptrdiff_t &columns);
    /// Applies a layer's activation to rows in scratch, padding included.
    void activate_rows(const Layer &layer, ptrdiff_t rows, float *y, float *slope) const;
};

#endif
