// The fused network: a transition model rolled through time. A block of rows goes through the
// whole horizon before the next one starts, so states and activations never leave the near cache
// and threads meet only at the end.
#include <algorithm>
#include <cmath>

#include "../Shim.h"
#include "Network.h"

using namespace optimist::fused;

namespace {

struct Walk {
    const OTRollout &plan;
    ptrdiff_t group, row, rows;  // a block of rows of a group

    ptrdiff_t width() const { return plan.predictions; }

    /// Where the predictions of this block at time t lie, in the noise and in the trajectory.
    ptrdiff_t offset(ptrdiff_t t) const {
        return ((t * plan.groups + group) * plan.rows + row) * plan.predictions;
    }

    /// The states before time t and how far apart their rows are.
    const float *states(ptrdiff_t t, ptrdiff_t &stride) const {
        if (t > 0) {
            stride = plan.predictions;
            return plan.trajectory + offset(t - 1);
        }
        stride = plan.start_row_stride;
        return plan.start + group * plan.start_group_stride + row * stride;
    }

    const float *action(ptrdiff_t r, ptrdiff_t t) const {
        return plan.action + group * plan.action_group_stride
            + (row + r) / plan.rows_per_action * plan.action_row_stride
            + t * plan.action_time_stride;
    }

    /// The network's inputs, and what its predictions are added to.
    void prepare(ptrdiff_t t, float *x, float *base) const {
        ptrdiff_t stride, s = plan.states, a = plan.actions;
        const float *state = states(t, stride);
        for (ptrdiff_t r = 0; r < rows; r++, state += stride, x += s + a, base += width()) {
            const float *act = action(r, t);
            for (ptrdiff_t i = 0; i < s; i++)
                x[i] = (state[i] - plan.input_mean[i]) * plan.input_scale[i];
            for (ptrdiff_t i = 0; i < a; i++)
                x[s + i] = (act[i] - plan.input_mean[s + i]) * plan.input_scale[s + i];
            for (ptrdiff_t i = 0; i < width(); i++)
                base[i] = i < s ? plan.residual[i] * state[i] : 0;
        }
    }
};

/// Rows of means and of raw log-variances from outputs that lie turned, [out, columns].
void split(const float *y, ptrdiff_t columns, const Walk &walk, float *mean, float *raw) {
    ptrdiff_t width = walk.width();
    for (ptrdiff_t r = 0; r < walk.rows; r++) {
        for (ptrdiff_t i = 0; i < width; i++) mean[r * width + i] = y[i * columns + r];
        for (ptrdiff_t i = 0; walk.plan.minimum && i < width; i++)
            raw[r * width + i] = y[(width + i) * columns + r];
    }
}

void run(OTNetwork &net, const float *parameters, const Walk &walk, const float *low,
         const float *high, Scratch &scratch) {
    const OTRollout &plan = walk.plan;
    ptrdiff_t width = walk.width(), most = net.kernels->panel_lanes, columns;
    float *x = scratch.head[0].of(most * net.inputs());
    float *part[3];
    for (int i = 0; i < 3; i++) part[i] = scratch.head[1 + i].of(most * width);
    ptrdiff_t member = plan.members ? plan.members[walk.group] : walk.group;
    for (ptrdiff_t t = 0; t < plan.horizon; t++) {
        walk.prepare(t, x, part[0]);
        const float *y = net.run_panel(parameters, member, walk.rows, x, scratch, columns);
        split(y, columns, walk, part[1], part[2]);
        optimist_gaussian_head head = {part[1], plan.minimum ? part[2] : nullptr, low, high};
        const float *noise = plan.noise ? plan.noise + walk.offset(t) : nullptr;
        net.kernels->gaussian_sample(
            head, walk.rows * width, part[0], noise, plan.trajectory + walk.offset(t));
    }
}

/// The bounds repeated for every row of a block.
void repeat_bounds(OTNetwork &net, const OTRollout &plan) {
    ptrdiff_t width = plan.predictions, count = net.kernels->panel_lanes * width;
    float *low = net.bounds[0].of(count), *high = net.bounds[1].of(count);
    for (ptrdiff_t i = 0; i < count && plan.minimum; i++) {
        low[i] = i < width ? std::exp(plan.minimum[i]) : low[i - width];
        high[i] = i < width ? std::exp(-plan.maximum[i]) : high[i - width];
    }
}

void roll_out(OTNetwork &net, const float *parameters, const OTRollout &plan) {
    repeat_bounds(net, plan);
    const float *low = net.bounds[0].of(0), *high = net.bounds[1].of(0);
    Panels panels(*net.kernels, plan.rows);
    double operations = double(net.operations()) * plan.groups * plan.rows * plan.horizon;
    net.each(plan.groups * panels.count, operations, [&](ptrdiff_t item, Scratch &scratch) {
        ptrdiff_t index = item % panels.count;
        Walk walk = {plan, item / panels.count, panels.begin(index), panels.size(index)};
        run(net, parameters, walk, low, high, scratch);
    });
}

}  // namespace

int ot_network_rollout(OTNetwork *network, const float *parameters, const OTRollout *rollout,
                       char **error) {
    OT_DO(roll_out(*network, parameters, *rollout);)
}
