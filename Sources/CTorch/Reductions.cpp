#if !__has_include(<ATen/ATen.h>)
#error "LibTorch was not found: run `make setup`, or set LIBTORCH to the folder of a LibTorch 2.13."
#endif
// Reductions over axes, running sums, softmax and sorting.
#include "Shim.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace optimist;

namespace {

at::OptionalIntArrayRef some(const ptrdiff_t *axes, int count) {
    if (count < 0) return std::nullopt;
    return list(axes, count);
}

std::vector<int64_t> every(const at::Tensor &tensor, const ptrdiff_t *axes, int count) {
    if (count >= 0) return list(axes, count).vec();
    std::vector<int64_t> all(tensor.dim());
    std::iota(all.begin(), all.end(), 0);
    return all;
}

// LibTorch multiplies along one axis at a time.
at::Tensor product(const at::Tensor &input, const std::vector<int64_t> &axes, bool keep) {
    at::Tensor result = input;
    std::vector<bool> reduced(input.dim(), false);
    for (int64_t axis : axes) {
        axis = at::maybe_wrap_dim(axis, input.dim());
        TORCH_CHECK(!reduced[axis], "the axis ", axis, " is named twice");
        reduced[axis] = true;
        result = result.prod(axis, true);
    }
    if (keep) return result;
    std::vector<int64_t> shape;
    for (int64_t axis = 0; axis < input.dim(); axis++) {
        if (!reduced[axis]) shape.push_back(input.size(axis));
    }
    return result.reshape(shape);
}

}  // namespace

#define DEFINE_REDUCTION(name, ...)                                                       \
    OTTensor *ot_##name(OTTensor *input, const ptrdiff_t *axes, int count, int keep,      \
                        char **error) {                                                   \
        OT_CATCH(nullptr, const at::Tensor &x = input->value;                             \
                 return new OTTensor(__VA_ARGS__);)                                       \
    }
DEFINE_REDUCTION(sum, at::sum(x, some(axes, count), keep))
DEFINE_REDUCTION(mean, at::mean(x, some(axes, count), keep))
DEFINE_REDUCTION(min, at::amin(x, every(x, axes, count), keep))
DEFINE_REDUCTION(max, at::amax(x, every(x, axes, count), keep))
DEFINE_REDUCTION(any, at::any(x, some(axes, count), keep).to(at::kBool))
DEFINE_REDUCTION(all, at::all(x, some(axes, count), keep).to(at::kBool))
DEFINE_REDUCTION(logsumexp, at::logsumexp(x, every(x, axes, count), keep))
DEFINE_REDUCTION(product, product(x, every(x, axes, count), keep))

OTTensor *ot_variance(OTTensor *input, const ptrdiff_t *axes, int count, double correction,
                      int keep, char **error) {
    OT_TENSOR(at::var(input->value, some(axes, count), at::Scalar(correction), keep))
}

OTTensor *ot_norm(OTTensor *input, const ptrdiff_t *axes, int count, double order, int keep,
                  char **error) {
    OT_TENSOR(at::linalg_vector_norm(input->value, order, some(axes, count), keep))
}

OTTensor *ot_argmax(OTTensor *input, ptrdiff_t axis, int keep, char **error) {
    OT_TENSOR(at::argmax(input->value, axis, keep))
}

OTTensor *ot_argmin(OTTensor *input, ptrdiff_t axis, int keep, char **error) {
    OT_TENSOR(at::argmin(input->value, axis, keep))
}

OTTensor *ot_cumsum(OTTensor *input, ptrdiff_t axis, char **error) {
    OT_TENSOR(at::cumsum(input->value, axis))
}

OTTensor *ot_cumprod(OTTensor *input, ptrdiff_t axis, char **error) {
    OT_TENSOR(at::cumprod(input->value, axis))
}

OTTensor *ot_logcumsumexp(OTTensor *input, ptrdiff_t axis, char **error) {
    OT_TENSOR(at::logcumsumexp(input->value, axis))
}

namespace {

/// LibTorch shares out a softmax among its threads however small it is, and waking one takes longer
/// than the work: rows of few numbers that nothing is differentiated by are made here.
bool is_small(const at::Tensor &x, ptrdiff_t axis) {
    return x.dim() > 0 && (axis == -1 || axis == x.dim() - 1) && x.numel() > 0
        && x.numel() <= 1024 && x.device().is_cpu() && x.scalar_type() == at::kFloat
        && !(c10::GradMode::is_enabled() && x.requires_grad());
}

at::Tensor small_softmax(const at::Tensor &given, bool logarithms) {
    at::Tensor x = given.contiguous(), result = at::empty_like(x);
    int64_t width = x.size(-1), rows = x.numel() / width;
    const float *from = x.const_data_ptr<float>();
    float *to = result.mutable_data_ptr<float>();
    for (int64_t row = 0; row < rows; row++, from += width, to += width) {
        float largest = *std::max_element(from, from + width), sum = 0;
        for (int64_t j = 0; j < width; j++) sum += to[j] = std::exp(from[j] - largest);
        float shift = std::log(sum);
        for (int64_t j = 0; j < width; j++)
            to[j] = logarithms ? from[j] - largest - shift : to[j] / sum;
    }
    return result;
}

}  // namespace

OTTensor *ot_softmax(OTTensor *input, ptrdiff_t axis, char **error) {
    OT_TENSOR(
        is_small(input->value, axis) ? small_softmax(input->value, false)
                                     : at::softmax(input->value, axis))
}

OTTensor *ot_log_softmax(OTTensor *input, ptrdiff_t axis, char **error) {
    OT_TENSOR(
        is_small(input->value, axis) ? small_softmax(input->value, true)
                                     : at::log_softmax(input->value, axis))
}

int ot_sort(OTTensor *input, ptrdiff_t axis, int descending, OTTensor **outputs, char **error) {
    OT_DO(auto [sorted, order] = at::sort(input->value, /*stable=*/true, axis, descending);
          give(outputs, {sorted, order}))
}

int ot_topk(OTTensor *input, ptrdiff_t count, ptrdiff_t axis, int largest, OTTensor **outputs,
            char **error) {
    OT_DO(auto [top, order] = at::topk(input->value, count, axis, largest, /*sorted=*/true);
          give(outputs, {top, order}))
}
