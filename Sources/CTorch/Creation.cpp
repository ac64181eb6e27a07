#if !__has_include(<ATen/ATen.h>)
#error "LibTorch was not found: run `make setup`, or set LIBTORCH to the folder of a LibTorch 2.13."
#endif
// Tensors from bytes, numbers and ranges.
#include "Shim.h"

#include <cstring>

using namespace optimist;

OTTensor *ot_from_bytes(const void *bytes, size_t byte_count, const ptrdiff_t *shape, int rank,
                        int type, int device, char **error) {
    OT_CATCH(
        nullptr, at::Tensor tensor = at::empty(list(shape, rank), options(type, -1));
        TORCH_CHECK(
            tensor.nbytes() == byte_count, "the shape ", tensor.sizes(), " needs ",
            tensor.nbytes(), " bytes, ", byte_count, " were given");
        if (byte_count > 0) std::memcpy(tensor.mutable_data_ptr(), bytes, byte_count);
        return new OTTensor(device < 0 ? tensor : tensor.to(optimist::device(device)));)
}

OTTensor *ot_full(const ptrdiff_t *shape, int rank, double value, int type, int device,
                  char **error) {
    OT_TENSOR(at::full(list(shape, rank), value, options(type, device)))
}

OTTensor *ot_empty(const ptrdiff_t *shape, int rank, int type, int device, char **error) {
    OT_TENSOR(at::empty(list(shape, rank), options(type, device)))
}

OTTensor *ot_full_like(OTTensor *tensor, double value, char **error) {
    OT_TENSOR(at::full_like(tensor->value, value))
}

OTTensor *ot_arange(double from, double to, double step, int type, int device, char **error) {
    OT_TENSOR(at::arange(from, to, step, options(type, device)))
}

OTTensor *ot_linspace(double from, double to, ptrdiff_t count, int type, int device,
                      char **error) {
    OT_TENSOR(at::linspace(from, to, count, options(type, device)))
}

OTTensor *ot_identity(ptrdiff_t count, int type, int device, char **error) {
    OT_TENSOR(at::eye(count, options(type, device)))
}

OTTensor *ot_one_hot(OTTensor *indices, ptrdiff_t classes, int type, char **error) {
    OT_TENSOR(at::one_hot(indices->value, classes).to(scalar_type(type)))
}
