// What every file of the shim needs: the handle, the catch macro and small conversions.
#ifndef OPTIMIST_SHIM_H
#define OPTIMIST_SHIM_H

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "OptimistCTorch.h"

/// The handle behind the C interface.
struct OTTensor {
    explicit OTTensor(at::Tensor tensor);
    ~OTTensor();
    OTTensor(const OTTensor &) = delete;
    OTTensor &operator=(const OTTensor &) = delete;
    at::Tensor value;
};

namespace optimist {

/// Stores a copy of the text where the caller finds it.
void report(char **error, const std::string &text);
/// A text that the caller frees.
char *copied(const std::string &text);

at::ScalarType scalar_type(int code);
int type_code(at::ScalarType type);
at::Device device(int index);
/// Loads LibTorch's CUDA part where it lies beside the CPU part; once.
void open_cuda();

inline at::IntArrayRef list(const ptrdiff_t *values, int count) {
    static_assert(sizeof(ptrdiff_t) == sizeof(int64_t), "sizes are 64 bits wide");
    return at::IntArrayRef(reinterpret_cast<const int64_t *>(values), count);
}

inline at::TensorOptions options(int type, int index) {
    return at::TensorOptions().dtype(scalar_type(type)).device(device(index));
}

/// A number in the element type of the tensor it meets: it never changes that type.
at::Scalar number(const at::Tensor &tensor, double value);

std::vector<at::Tensor> values(OTTensor *const *tensors, int count);

/// Hands several results to the caller.
void give(OTTensor **outputs, const std::vector<at::Tensor> &results);

inline std::optional<at::Tensor> optional(OTTensor *tensor) {
    return tensor ? std::optional<at::Tensor>(tensor->value) : std::nullopt;
}

}  // namespace optimist

/// The one place where C++ exceptions end.
#define OT_CATCH(failed, ...)                                          \
    try {                                                              \
        __VA_ARGS__                                                    \
    } catch (const c10::Error &exception) {                            \
        optimist::report(error, exception.what_without_backtrace());   \
    } catch (const std::exception &exception) {                        \
        optimist::report(error, exception.what());                     \
    } catch (...) {                                                    \
        optimist::report(error, "an unknown C++ exception");           \
    }                                                                  \
    return failed;

/// The body of a function that returns one tensor.
#define OT_TENSOR(...) OT_CATCH(nullptr, return new OTTensor(__VA_ARGS__);)
/// The body of a function that returns 1 on success.
#define OT_DO(...) OT_CATCH(0, __VA_ARGS__; return 1;)

#endif
