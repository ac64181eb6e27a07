// Draws of a squashed Gaussian policy in rows, and gradients of a policy's loss through them.
#include <vector>

#include "OptimistCKernels.h"
#include "OptimistPolicy.h"

namespace {

/// One of a law's two halves of its outputs, without gaps, or back.
void take(const float *outputs, ptrdiff_t rows, ptrdiff_t width, float *half) {
    for (ptrdiff_t i = 0; i < rows; i++)
        for (ptrdiff_t j = 0; j < width; j++) half[i * width + j] = outputs[2 * i * width + j];
}

void put(const float *half, ptrdiff_t rows, ptrdiff_t width, float *outputs) {
    for (ptrdiff_t i = 0; i < rows; i++)
        for (ptrdiff_t j = 0; j < width; j++) outputs[2 * i * width + j] = half[i * width + j];
}

/// A law's halves side by side, in memory of its own.
struct Halves {
    std::vector<float> numbers;
    optimist_squashed_law law;

    explicit Halves(const OTSquashedLaw &given) : numbers(2 * given.rows * given.width) {
        ptrdiff_t count = given.rows * given.width;
        take(given.outputs, given.rows, given.width, numbers.data());
        take(given.outputs + given.width, given.rows, given.width, numbers.data() + count);
        law = {numbers.data(), numbers.data() + count, given.lowest, given.highest};
    }
};

}  // namespace

void ot_squashed_draw(OTSquashedLaw law, const float *noise, float *actions,
                      float *log_densities) {
    Halves halves(law);
    ptrdiff_t count = law.rows * law.width;
    std::vector<float> each(count);
    optimist_kernels()->squashed_sample(halves.law, count, noise, actions, each.data());
    for (ptrdiff_t i = 0; i < law.rows; i++) {
        double sum = 0;
        for (ptrdiff_t j = 0; j < law.width; j++) sum += each[i * law.width + j];
        log_densities[i] = float(sum);
    }
}

void ot_squashed_gradient(OTSquashedLaw law, const float *noise, const float *actions,
                          const float *slopes, double price, float *by_outputs) {
    Halves halves(law);
    ptrdiff_t count = law.rows * law.width;
    std::vector<float> by_mean(count), by_raw(count);
    optimist_kernels()->squashed_gradient(
        halves.law, count, noise, actions, slopes, float(price), float(1.0 / double(law.rows)),
        by_mean.data(), by_raw.data());
    put(by_mean.data(), law.rows, law.width, by_outputs);
    put(by_raw.data(), law.rows, law.width, by_outputs + law.width);
}
