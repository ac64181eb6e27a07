#if !__has_include(<ATen/ATen.h>)
#error "LibTorch was not found: run `make setup`, or set LIBTORCH to the folder of a LibTorch 2.13."
#endif
// Parts of a tensor: by position, by range, by index tensors and by masks.
#include "Shim.h"

#include <algorithm>

using namespace optimist;

OTTensor *ot_select(OTTensor *input, ptrdiff_t axis, ptrdiff_t index, char **error) {
    OT_TENSOR(input->value.select(axis, index))
}

// LibTorch shortens a range that is too long; here it is an error.
OTTensor *ot_slice(OTTensor *input, ptrdiff_t axis, ptrdiff_t from, ptrdiff_t to, ptrdiff_t step,
                   char **error) {
    OT_CATCH(
        nullptr, int64_t size = input->value.size(axis);
        TORCH_CHECK(
            0 <= from && from <= to && to <= size, "the range ", from, "..<", to,
            " is not within the axis ", axis, " of size ", size);
        return new OTTensor(input->value.slice(axis, from, to, step));)
}

OTTensor *ot_index_select(OTTensor *input, ptrdiff_t axis, OTTensor *index, char **error) {
    OT_TENSOR(at::index_select(input->value, axis, index->value))
}

OTTensor *ot_gather(OTTensor *input, ptrdiff_t axis, OTTensor *index, char **error) {
    OT_TENSOR(at::gather(input->value, axis, index->value))
}

// LibTorch reads only the part of the source that the index covers, but differentiates only where
// that is all of it.
static at::Tensor covered(const at::Tensor &source, const at::Tensor &index) {
    at::Tensor part = source;
    for (int64_t axis = 0; axis < std::min(source.dim(), index.dim()); axis++) {
        if (index.size(axis) < source.size(axis)) part = part.narrow(axis, 0, index.size(axis));
    }
    return part;
}

OTTensor *ot_scatter(OTTensor *input, ptrdiff_t axis, OTTensor *index, OTTensor *source,
                     char **error) {
    OT_TENSOR(at::scatter(
        input->value, axis, index->value, covered(source->value, index->value)))
}

OTTensor *ot_scatter_add(OTTensor *input, ptrdiff_t axis, OTTensor *index, OTTensor *source,
                         char **error) {
    OT_TENSOR(at::scatter_add(
        input->value, axis, index->value, covered(source->value, index->value)))
}

OTTensor *ot_index_add(OTTensor *input, ptrdiff_t axis, OTTensor *index, OTTensor *source,
                       char **error) {
    OT_TENSOR(at::index_add(input->value, axis, index->value, source->value))
}

OTTensor *ot_masked_fill(OTTensor *input, OTTensor *mask, double value, char **error) {
    OT_TENSOR(at::masked_fill(input->value, mask->value, number(input->value, value)))
}

OTTensor *ot_masked_select(OTTensor *input, OTTensor *mask, char **error) {
    OT_TENSOR(at::masked_select(input->value, mask->value))
}

OTTensor *ot_nonzero(OTTensor *input, char **error) { OT_TENSOR(at::nonzero(input->value)) }
