#if !__has_include(<ATen/ATen.h>)
#error "LibTorch was not found: run `make setup`, or set LIBTORCH to the folder of a LibTorch 2.13."
#endif
// Functions element by element, of one tensor, of two, and of a tensor and a number.
#include "Shim.h"

#include <ATen/ScalarOps.h>

#include <cmath>

using namespace optimist;

// Names that LibTorch spells differently, or whose defaults are not ours; the rest is LibTorch's.
namespace optimist::elementwise {
using namespace at;
// Exact to float64: beyond 40, log(1 + exp x) rounds to x.
static Tensor softplus(const Tensor &x) { return at::softplus(x, 1, 40); }
// LibTorch's own is 1 + erf, which has no digits left in the lower tail.
static Tensor normal_cdf(const Tensor &x) { return at::erfc(x * -M_SQRT1_2) * 0.5; }
static Tensor log_normal_cdf(const Tensor &x) { return at::special_log_ndtr(x); }
static Tensor normal_quantile(const Tensor &x) { return at::special_ndtri(x); }
static Tensor is_finite(const Tensor &x) { return at::isfinite(x); }
static Tensor is_nan(const Tensor &x) { return at::isnan(x); }
}  // namespace optimist::elementwise

#define DEFINE_UNARY(name)                                    \
    OTTensor *ot_##name(OTTensor *input, char **error) {      \
        OT_TENSOR(optimist::elementwise::name(input->value))  \
    }
OT_UNARY_OPERATIONS(DEFINE_UNARY)

#define DEFINE_BINARY(name)                                               \
    OTTensor *ot_##name(OTTensor *left, OTTensor *right, char **error) {  \
        OT_TENSOR(at::name(left->value, right->value))                    \
    }
OT_BINARY_OPERATIONS(DEFINE_BINARY)
DEFINE_BINARY(atan2)
DEFINE_BINARY(logaddexp)
DEFINE_BINARY(logical_and)
DEFINE_BINARY(logical_or)
DEFINE_BINARY(logical_xor)

// Arithmetic keeps the tensor's element type.
#define DEFINE_WITH_NUMBER(name, function)                                      \
    OTTensor *ot_##name##_number(OTTensor *left, double right, char **error) {  \
        OT_TENSOR(at::function(left->value, number(left->value, right)))        \
    }
DEFINE_WITH_NUMBER(add, add)
DEFINE_WITH_NUMBER(sub, sub)
DEFINE_WITH_NUMBER(mul, mul)
DEFINE_WITH_NUMBER(pow, pow)
DEFINE_WITH_NUMBER(maximum, clamp_min)
DEFINE_WITH_NUMBER(minimum, clamp_max)
DEFINE_WITH_NUMBER(floor_divide, floor_divide)
DEFINE_WITH_NUMBER(remainder, remainder)

// Division is true division, and integers may be compared with fractions.
#define DEFINE_WITH_REAL(name)                                                  \
    OTTensor *ot_##name##_number(OTTensor *left, double right, char **error) {  \
        OT_TENSOR(at::name(left->value, at::Scalar(right)))                     \
    }
DEFINE_WITH_REAL(div)
DEFINE_WITH_REAL(eq)
DEFINE_WITH_REAL(ne)
DEFINE_WITH_REAL(lt)
DEFINE_WITH_REAL(le)
DEFINE_WITH_REAL(gt)
DEFINE_WITH_REAL(ge)

OTTensor *ot_number_sub(double left, OTTensor *right, char **error) {
    OT_TENSOR(at::rsub(right->value, number(right->value, left)))
}

OTTensor *ot_number_div(double left, OTTensor *right, char **error) {
    OT_TENSOR(at::div(at::native::wrapped_scalar_tensor(left), right->value))
}

OTTensor *ot_number_pow(double left, OTTensor *right, char **error) {
    OT_TENSOR(at::pow(number(right->value, left), right->value))
}

OTTensor *ot_clamp(OTTensor *input, double low, double high, char **error) {
    OT_TENSOR(at::clamp(input->value, number(input->value, low), number(input->value, high)))
}

OTTensor *ot_clamp_tensors(OTTensor *input, OTTensor *low, OTTensor *high, char **error) {
    OT_TENSOR(at::clamp(input->value, optional(low), optional(high)))
}

OTTensor *ot_elu(OTTensor *input, double alpha, char **error) {
    OT_TENSOR(at::elu(input->value, alpha))
}

OTTensor *ot_where(OTTensor *condition, OTTensor *yes, OTTensor *no, char **error) {
    OT_TENSOR(at::where(condition->value, yes->value, no->value))
}
