#if !__has_include(<ATen/ATen.h>)
#error "LibTorch was not found: run `make setup`, or set LIBTORCH to the folder of a LibTorch 2.13."
#endif
// Changes in place. They are no part of a gradient's graph.
#include "Shim.h"

#include <cstring>

using namespace optimist;

int ot_assign(OTTensor *target, OTTensor *source, char **error) {
    OT_DO(c10::NoGradGuard guard; target->value.copy_(source->value))
}

int ot_assign_bytes(OTTensor *target, const void *bytes, size_t byte_count, char **error) {
    OT_DO(
        c10::NoGradGuard guard; at::Tensor &value = target->value;
        TORCH_CHECK(
            value.nbytes() == byte_count, "the tensor holds ", value.nbytes(), " bytes, ",
            byte_count, " were given");
        if (value.is_cpu() && value.is_contiguous()) {
            if (byte_count > 0) std::memcpy(value.mutable_data_ptr(), bytes, byte_count);
        } else {
            at::Tensor host = at::empty(value.sizes(), value.options().device(at::kCPU));
            if (byte_count > 0) std::memcpy(host.mutable_data_ptr(), bytes, byte_count);
            value.copy_(host);
        })
}

int ot_fill(OTTensor *target, double value, char **error) {
    OT_DO(c10::NoGradGuard guard; target->value.fill_(number(target->value, value)))
}

int ot_accumulate(OTTensor *target, OTTensor *source, double scale, char **error) {
    OT_DO(
        c10::NoGradGuard guard;
        target->value.add_(source->value, number(target->value, scale)))
}

int ot_scale(OTTensor *target, double factor, char **error) {
    OT_DO(c10::NoGradGuard guard; target->value.mul_(number(target->value, factor)))
}

int ot_interpolate(OTTensor *target, OTTensor *end, double weight, char **error) {
    OT_DO(c10::NoGradGuard guard; target->value.lerp_(end->value, weight))
}
