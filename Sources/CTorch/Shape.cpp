#if !__has_include(<ATen/ATen.h>)
#error "LibTorch was not found: run `make setup`, or set LIBTORCH to the folder of a LibTorch 2.13."
#endif
// The same elements in another shape or order, joined or split.
#include "Shim.h"

using namespace optimist;

OTTensor *ot_reshape(OTTensor *input, const ptrdiff_t *shape, int rank, char **error) {
    OT_TENSOR(input->value.reshape(list(shape, rank)))
}

OTTensor *ot_permute(OTTensor *input, const ptrdiff_t *axes, int count, char **error) {
    OT_TENSOR(input->value.permute(list(axes, count)))
}

OTTensor *ot_transpose(OTTensor *input, ptrdiff_t first, ptrdiff_t second, char **error) {
    OT_TENSOR(input->value.transpose(first, second))
}

OTTensor *ot_expand(OTTensor *input, const ptrdiff_t *shape, int rank, char **error) {
    OT_TENSOR(input->value.expand(list(shape, rank)))
}

OTTensor *ot_squeeze(OTTensor *input, ptrdiff_t axis, char **error) {
    OT_CATCH(
        nullptr,
        TORCH_CHECK(
            input->value.size(axis) == 1, "the axis ", axis, " has the size ",
            input->value.size(axis), ", not 1");
        return new OTTensor(input->value.squeeze(axis));)
}

OTTensor *ot_unsqueeze(OTTensor *input, ptrdiff_t axis, char **error) {
    OT_TENSOR(input->value.unsqueeze(axis))
}

OTTensor *ot_flatten(OTTensor *input, ptrdiff_t first, ptrdiff_t last, char **error) {
    OT_TENSOR(input->value.flatten(first, last))
}

OTTensor *ot_flip(OTTensor *input, const ptrdiff_t *axes, int count, char **error) {
    OT_TENSOR(input->value.flip(list(axes, count)))
}

OTTensor *ot_repeat(OTTensor *input, const ptrdiff_t *counts, int rank, char **error) {
    OT_TENSOR(input->value.repeat(list(counts, rank)))
}

OTTensor *ot_repeat_interleave(OTTensor *input, ptrdiff_t count, ptrdiff_t axis, char **error) {
    OT_TENSOR(input->value.repeat_interleave(static_cast<int64_t>(count), axis))
}

OTTensor *ot_pad(OTTensor *input, const ptrdiff_t *widths, int count, double value, char **error) {
    OT_TENSOR(at::constant_pad_nd(input->value, list(widths, count), number(input->value, value)))
}

OTTensor *ot_cat(OTTensor *const *inputs, int count, ptrdiff_t axis, char **error) {
    OT_TENSOR(at::cat(values(inputs, count), axis))
}

OTTensor *ot_stack(OTTensor *const *inputs, int count, ptrdiff_t axis, char **error) {
    OT_TENSOR(at::stack(values(inputs, count), axis))
}

int ot_split(OTTensor *input, const ptrdiff_t *sizes, int count, ptrdiff_t axis,
             OTTensor **outputs, char **error) {
    OT_DO(give(outputs, input->value.split_with_sizes(list(sizes, count), axis)))
}
