#if !__has_include(<ATen/ATen.h>)
#error "LibTorch was not found: run `make setup`, or set LIBTORCH to the folder of a LibTorch 2.13."
#endif
// Handles: life, description, reading back and conversion.
#include "Shim.h"

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>

static std::atomic<int64_t> live_tensors{0};

OTTensor::OTTensor(at::Tensor tensor) : value(std::move(tensor)) {
    live_tensors.fetch_add(1, std::memory_order_relaxed);
}

OTTensor::~OTTensor() { live_tensors.fetch_sub(1, std::memory_order_relaxed); }

namespace optimist {

char *copied(const std::string &text) {
    char *copy = static_cast<char *>(std::malloc(text.size() + 1));
    if (copy) std::memcpy(copy, text.c_str(), text.size() + 1);
    return copy;
}

void report(char **error, const std::string &text) {
    if (error && !*error) *error = copied(text);
}

at::ScalarType scalar_type(int code) {
    switch (code) {
        case OT_FLOAT32: return at::kFloat;
        case OT_FLOAT64: return at::kDouble;
        case OT_INT64: return at::kLong;
        case OT_UINT8: return at::kByte;
        case OT_BOOL: return at::kBool;
    }
    TORCH_CHECK(false, "unknown element type code ", code);
}

int type_code(at::ScalarType type) {
    switch (type) {
        case at::kFloat: return OT_FLOAT32;
        case at::kDouble: return OT_FLOAT64;
        case at::kLong: return OT_INT64;
        case at::kByte: return OT_UINT8;
        case at::kBool: return OT_BOOL;
        default: return -1;
    }
}

at::Scalar number(const at::Tensor &tensor, double value) {
    if (tensor.is_floating_point()) return at::Scalar(value);
    TORCH_CHECK(
        std::trunc(value) == value && std::abs(value) <= 9007199254740992.0, "the number ", value,
        " is not an integer, the tensor's elements are");
    return at::Scalar(static_cast<int64_t>(value));
}

std::vector<at::Tensor> values(OTTensor *const *tensors, int count) {
    std::vector<at::Tensor> result;
    result.reserve(count);
    for (int i = 0; i < count; i++) result.push_back(tensors[i]->value);
    return result;
}

void give(OTTensor **outputs, const std::vector<at::Tensor> &results) {
    for (size_t i = 0; i < results.size(); i++) outputs[i] = new OTTensor(results[i]);
}

}  // namespace optimist

void ot_release(OTTensor *tensor) { delete tensor; }
void ot_free_text(char *text) { std::free(text); }
int64_t ot_live_tensors(void) { return live_tensors.load(std::memory_order_relaxed); }

int ot_rank(const OTTensor *tensor) { return static_cast<int>(tensor->value.dim()); }

void ot_sizes(const OTTensor *tensor, ptrdiff_t *sizes) {
    for (int64_t size : tensor->value.sizes()) *sizes++ = size;
}

int ot_type(const OTTensor *tensor) { return optimist::type_code(tensor->value.scalar_type()); }

int ot_device(const OTTensor *tensor) {
    return tensor->value.is_cpu() ? -1 : static_cast<int>(tensor->value.get_device());
}

int ot_is_contiguous(const OTTensor *tensor) { return tensor->value.is_contiguous(); }

double ot_item(OTTensor *tensor, char **error) {
    OT_CATCH(0, return tensor->value.item().toDouble();)
}

const void *ot_bytes(OTTensor *tensor, char **error) {
    OT_CATCH(
        nullptr, const at::Tensor &value = tensor->value;
        TORCH_CHECK(
            value.is_cpu() && value.is_contiguous(),
            "bytes are read from contiguous tensors on the CPU");
        return value.const_data_ptr();)
}

OTTensor *ot_to_type(OTTensor *tensor, int type, char **error) {
    OT_TENSOR(tensor->value.to(optimist::scalar_type(type)))
}

OTTensor *ot_to_device(OTTensor *tensor, int device, char **error) {
    OT_TENSOR(tensor->value.to(optimist::device(device)))
}

OTTensor *ot_contiguous(OTTensor *tensor, char **error) { OT_TENSOR(tensor->value.contiguous()) }

OTTensor *ot_clone(OTTensor *tensor, char **error) { OT_TENSOR(tensor->value.clone()) }

OTTensor *ot_alias(OTTensor *tensor, char **error) { OT_TENSOR(tensor->value.alias()) }
