#include <algorithm>
#include <cmath>
#include <vector>

#include "OptimistPolicy.h"

// Rows are few and narrow: plain loops, which the compiler makes vectors of where it can.
namespace {

constexpr double log_root_two_pi = 0.91893853320467274178;

/// What one row's log-density should become: its weight in the objective, times minus one.
struct Slope {
    double loss, by_log_density, change;
};

/// The surrogate of one row: -log p times the advantage, or the clipped ratio times it.
Slope surrogate(const OTPolicyLoss &loss, ptrdiff_t row, double log_density, double advantage) {
    double difference = log_density - loss.log_densities[row];
    double ratio = std::exp(difference), change = ratio - 1 - difference;
    if (loss.clip <= 0) return {-log_density * advantage, -advantage, change};
    double near = std::clamp(ratio, 1 - loss.clip, 1 + loss.clip);
    // The lesser gain counts; where that is the clipped one it does not depend on the policy.
    if (near * advantage < ratio * advantage) return {-near * advantage, 0, change};
    return {-ratio * advantage, -ratio * advantage, change};
}

/// Advantages as they count: standardized where asked for.
struct Advantages {
    double mean = 0, scale = 1;

    explicit Advantages(const OTPolicyLoss &loss) {
        if (!loss.standardizes || loss.rows < 2) return;
        double sum = 0, squares = 0;
        for (ptrdiff_t i = 0; i < loss.rows; i++) sum += loss.advantages[i];
        mean = sum / loss.rows;
        for (ptrdiff_t i = 0; i < loss.rows; i++) {
            double distance = loss.advantages[i] - mean;
            squares += distance * distance;
        }
        scale = 1 / (std::sqrt(squares / (loss.rows - 1)) + 1e-8);
    }

    double operator()(float value) const { return (value - mean) * scale; }
};

/// The first row whose index is of no outcome, or -1.
ptrdiff_t categorical(const OTPolicyLoss &loss, const Advantages &advantages, float *by_outputs,
                      double *sums) {
    ptrdiff_t width = loss.width;
    std::vector<double> logs(width);
    for (ptrdiff_t row = 0; row < loss.rows; row++) {
        ptrdiff_t action = loss.indices[row];
        if (action < 0 || action >= width) return row;
        const float *logits = loss.outputs + row * width;
        double largest = *std::max_element(logits, logits + width), total = 0;
        for (ptrdiff_t j = 0; j < width; j++) total += std::exp(logits[j] - largest);
        double shift = largest + std::log(total), entropy = 0;
        for (ptrdiff_t j = 0; j < width; j++) {
            logs[j] = logits[j] - shift;
            if (logs[j] > -1e30) entropy -= std::exp(logs[j]) * logs[j];
        }
        Slope slope = surrogate(loss, row, logs[action], advantages(loss.advantages[row]));
        for (ptrdiff_t j = 0; j < width; j++) {
            double p = std::exp(logs[j]);
            double by_entropy = p > 0 ? -p * (logs[j] + entropy) : 0;
            double gradient = slope.by_log_density * ((j == action) - p)
                            - loss.entropy_weight * by_entropy;
            by_outputs[row * width + j] = float(gradient / loss.rows);
        }
        sums[0] += slope.loss;
        sums[1] += entropy;
        sums[2] += slope.change;
    }
    return -1;
}

void gaussian(const OTPolicyLoss &loss, const Advantages &advantages, float *by_outputs,
              float *by_log_deviation, double *sums) {
    ptrdiff_t width = loss.width;
    std::vector<double> logs(width), inverse(width), by_log(width, 0);
    double entropy = 0, constant = 0;
    for (ptrdiff_t j = 0; j < width; j++) {
        logs[j] = std::clamp<double>(
            loss.log_deviation[j], loss.log_deviation_low, loss.log_deviation_high);
        inverse[j] = std::exp(-logs[j]);
        entropy += logs[j] + log_root_two_pi + 0.5;
        constant += logs[j] + log_root_two_pi;
    }
    for (ptrdiff_t row = 0; row < loss.rows; row++) {
        const float *mean = loss.outputs + row * width, *action = loss.actions + row * width;
        double energy = 0;
        for (ptrdiff_t j = 0; j < width; j++) {
            double z = (action[j] - mean[j]) * inverse[j];
            energy += 0.5 * z * z;
        }
        Slope slope = surrogate(loss, row, -energy - constant, advantages(loss.advantages[row]));
        for (ptrdiff_t j = 0; j < width; j++) {
            double z = (action[j] - mean[j]) * inverse[j];
            by_outputs[row * width + j] =
                float(slope.by_log_density * z * inverse[j] / loss.rows);
            by_log[j] += slope.by_log_density * (z * z - 1);
        }
        sums[0] += slope.loss;
        sums[1] += entropy;
        sums[2] += slope.change;
    }
    for (ptrdiff_t j = 0; j < width; j++) {
        double given = loss.log_deviation[j];
        bool free = given >= loss.log_deviation_low && given <= loss.log_deviation_high;
        by_log_deviation[j] = free ? float(by_log[j] / loss.rows - loss.entropy_weight) : 0;
    }
}

}  // namespace

ptrdiff_t ot_policy_loss(OTPolicyLoss loss, float *by_outputs, float *by_log_deviation,
                         double *sums) {
    Advantages advantages(loss);
    ptrdiff_t wrong = -1;
    std::fill_n(sums, 3, 0.0);
    if (loss.indices)
        wrong = categorical(loss, advantages, by_outputs, sums);
    else
        gaussian(loss, advantages, by_outputs, by_log_deviation, sums);
    for (int i = 0; i < 3; i++) sums[i] /= loss.rows;
    return wrong;
}

double ot_value_loss(ptrdiff_t rows, const float *values, const float *targets,
                     const float *earlier, double clip, double weight, float *by_values) {
    double sum = 0;
    for (ptrdiff_t row = 0; row < rows; row++) {
        double error = values[row] - targets[row], slope = 2 * error;
        double squared = error * error;
        if (clip > 0) {
            double moved = values[row] - earlier[row];
            double near = std::clamp(moved, -clip, clip);
            double other = earlier[row] + near - targets[row];
            if (other * other > squared) {
                squared = other * other;
                slope = near == moved ? 2 * other : 0;
            }
        }
        by_values[row] = float(weight * slope / rows);
        sum += squared;
    }
    return sum / rows;
}
