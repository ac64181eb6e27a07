// The C interface to LibTorch: the only door between Swift and C++.
//
// Rules of the house:
// - A tensor is an opaque handle that the caller owns and gives back with `ot_release`.
// - Every function that can fail takes `char **error` last. On failure it stores a text there, to
//   be given back with `ot_free_text`, and returns NULL or 0. On success it leaves it alone.
// - Sizes, axes and indices are `ptrdiff_t`; an axis may be negative and counts from the end then.
// - Where a list of axes may be absent, a count of -1 means "all of them".
// - Element types are the codes of `OTType`. A device is -1 for the CPU, else the CUDA index.
#ifndef OPTIMIST_CTORCH_H
#define OPTIMIST_CTORCH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct OTTensor OTTensor;

enum OTType { OT_FLOAT32 = 0, OT_FLOAT64 = 1, OT_INT64 = 2, OT_UINT8 = 3, OT_BOOL = 4 };

// Handles (Handle.cpp)
void ot_release(OTTensor *tensor);
void ot_free_text(char *text);
int64_t ot_live_tensors(void);
int ot_rank(const OTTensor *tensor);
void ot_sizes(const OTTensor *tensor, ptrdiff_t *sizes);
int ot_type(const OTTensor *tensor);
int ot_device(const OTTensor *tensor);
int ot_is_contiguous(const OTTensor *tensor);
double ot_item(OTTensor *tensor, char **error);
const void *ot_bytes(OTTensor *tensor, char **error);
OTTensor *ot_to_type(OTTensor *tensor, int type, char **error);
OTTensor *ot_to_device(OTTensor *tensor, int device, char **error);
OTTensor *ot_contiguous(OTTensor *tensor, char **error);
OTTensor *ot_clone(OTTensor *tensor, char **error);
OTTensor *ot_alias(OTTensor *tensor, char **error);

// Creation (Creation.cpp)
OTTensor *ot_from_bytes(const void *bytes, size_t byte_count, const ptrdiff_t *shape, int rank,
                        int type, int device, char **error);
OTTensor *ot_full(const ptrdiff_t *shape, int rank, double value, int type, int device,
                  char **error);
OTTensor *ot_empty(const ptrdiff_t *shape, int rank, int type, int device, char **error);
OTTensor *ot_full_like(OTTensor *tensor, double value, char **error);
OTTensor *ot_arange(double from, double to, double step, int type, int device, char **error);
OTTensor *ot_linspace(double from, double to, ptrdiff_t count, int type, int device, char **error);
OTTensor *ot_identity(ptrdiff_t count, int type, int device, char **error);
OTTensor *ot_one_hot(OTTensor *indices, ptrdiff_t classes, int type, char **error);

// Changes in place, outside the gradient's graph (Assignment.cpp)
int ot_assign(OTTensor *target, OTTensor *source, char **error);
int ot_assign_bytes(OTTensor *target, const void *bytes, size_t byte_count, char **error);
int ot_fill(OTTensor *target, double value, char **error);
int ot_accumulate(OTTensor *target, OTTensor *source, double scale, char **error);
int ot_scale(OTTensor *target, double factor, char **error);
int ot_interpolate(OTTensor *target, OTTensor *end, double weight, char **error);

// Random fills: a generator made from `key` for this call alone (Random.cpp)
OTTensor *ot_normal(const ptrdiff_t *shape, int rank, double mean, double deviation, int type,
                    int device, uint64_t key, char **error);
OTTensor *ot_uniform(const ptrdiff_t *shape, int rank, double from, double to, int type,
                     int device, uint64_t key, char **error);
OTTensor *ot_truncated_normal(const ptrdiff_t *shape, int rank, double deviation, double limit,
                              int type, int device, uint64_t key, char **error);
OTTensor *ot_random_integers(const ptrdiff_t *shape, int rank, ptrdiff_t from, ptrdiff_t to,
                             int device, uint64_t key, char **error);
OTTensor *ot_permutation(ptrdiff_t count, int device, uint64_t key, char **error);
OTTensor *ot_bernoulli(OTTensor *probabilities, uint64_t key, char **error);
OTTensor *ot_gamma(OTTensor *concentrations, uint64_t key, char **error);
OTTensor *ot_categorical(OTTensor *probabilities, ptrdiff_t count, int replacement, uint64_t key,
                         char **error);

// Functions of one tensor, element by element (Elementwise.cpp)
#define OT_UNARY_OPERATIONS(F)                                                                    \
    F(neg) F(abs) F(sign) F(exp) F(expm1) F(log) F(log1p) F(log2) F(sqrt) F(rsqrt) F(square)      \
    F(reciprocal) F(sin) F(cos) F(tan) F(asin) F(acos) F(atan) F(sinh) F(cosh) F(tanh) F(asinh)   \
    F(atanh) F(floor) F(ceil) F(round) F(trunc) F(erf) F(erfc) F(erfinv) F(lgamma) F(digamma)     \
    F(sigmoid) F(log_sigmoid) F(relu) F(silu) F(gelu) F(softplus) F(normal_cdf)                   \
    F(log_normal_cdf) F(normal_quantile) F(is_finite) F(is_nan) F(logical_not)
#define OT_DECLARE_UNARY(name) OTTensor *ot_##name(OTTensor *input, char **error);
OT_UNARY_OPERATIONS(OT_DECLARE_UNARY)

// Functions of two tensors with broadcasting, and of a tensor and a number (Elementwise.cpp)
#define OT_BINARY_OPERATIONS(F)                                                                   \
    F(add) F(sub) F(mul) F(div) F(pow) F(maximum) F(minimum) F(eq) F(ne) F(lt) F(le) F(gt) F(ge)  \
    F(floor_divide) F(remainder)
#define OT_DECLARE_BINARY(name)                                                                   \
    OTTensor *ot_##name(OTTensor *left, OTTensor *right, char **error);                           \
    OTTensor *ot_##name##_number(OTTensor *left, double right, char **error);
OT_BINARY_OPERATIONS(OT_DECLARE_BINARY)

OTTensor *ot_number_sub(double left, OTTensor *right, char **error);
OTTensor *ot_number_div(double left, OTTensor *right, char **error);
OTTensor *ot_number_pow(double left, OTTensor *right, char **error);
OTTensor *ot_atan2(OTTensor *y, OTTensor *x, char **error);
OTTensor *ot_logaddexp(OTTensor *left, OTTensor *right, char **error);
OTTensor *ot_logical_and(OTTensor *left, OTTensor *right, char **error);
OTTensor *ot_logical_or(OTTensor *left, OTTensor *right, char **error);
OTTensor *ot_logical_xor(OTTensor *left, OTTensor *right, char **error);
OTTensor *ot_clamp(OTTensor *input, double low, double high, char **error);
OTTensor *ot_clamp_tensors(OTTensor *input, OTTensor *low, OTTensor *high, char **error);
OTTensor *ot_elu(OTTensor *input, double alpha, char **error);
OTTensor *ot_where(OTTensor *condition, OTTensor *yes, OTTensor *no, char **error);

// Reductions (Reductions.cpp)
#define OT_REDUCTIONS(F) F(sum) F(mean) F(min) F(max) F(any) F(all) F(logsumexp) F(product)
#define OT_DECLARE_REDUCTION(name)                                                                \
    OTTensor *ot_##name(OTTensor *input, const ptrdiff_t *axes, int count, int keep,              \
                        char **error);
OT_REDUCTIONS(OT_DECLARE_REDUCTION)
OTTensor *ot_variance(OTTensor *input, const ptrdiff_t *axes, int count, double correction,
                      int keep, char **error);
OTTensor *ot_norm(OTTensor *input, const ptrdiff_t *axes, int count, double order, int keep,
                  char **error);
OTTensor *ot_argmax(OTTensor *input, ptrdiff_t axis, int keep, char **error);
OTTensor *ot_argmin(OTTensor *input, ptrdiff_t axis, int keep, char **error);
OTTensor *ot_cumsum(OTTensor *input, ptrdiff_t axis, char **error);
OTTensor *ot_cumprod(OTTensor *input, ptrdiff_t axis, char **error);
OTTensor *ot_logcumsumexp(OTTensor *input, ptrdiff_t axis, char **error);
OTTensor *ot_softmax(OTTensor *input, ptrdiff_t axis, char **error);
OTTensor *ot_log_softmax(OTTensor *input, ptrdiff_t axis, char **error);
int ot_sort(OTTensor *input, ptrdiff_t axis, int descending, OTTensor **outputs, char **error);
int ot_topk(OTTensor *input, ptrdiff_t count, ptrdiff_t axis, int largest, OTTensor **outputs,
            char **error);

// Shapes (Shape.cpp)
OTTensor *ot_reshape(OTTensor *input, const ptrdiff_t *shape, int rank, char **error);
OTTensor *ot_permute(OTTensor *input, const ptrdiff_t *axes, int count, char **error);
OTTensor *ot_transpose(OTTensor *input, ptrdiff_t first, ptrdiff_t second, char **error);
OTTensor *ot_expand(OTTensor *input, const ptrdiff_t *shape, int rank, char **error);
OTTensor *ot_squeeze(OTTensor *input, ptrdiff_t axis, char **error);
OTTensor *ot_unsqueeze(OTTensor *input, ptrdiff_t axis, char **error);
OTTensor *ot_flatten(OTTensor *input, ptrdiff_t first, ptrdiff_t last, char **error);
OTTensor *ot_flip(OTTensor *input, const ptrdiff_t *axes, int count, char **error);
OTTensor *ot_repeat(OTTensor *input, const ptrdiff_t *counts, int rank, char **error);
OTTensor *ot_repeat_interleave(OTTensor *input, ptrdiff_t count, ptrdiff_t axis, char **error);
OTTensor *ot_pad(OTTensor *input, const ptrdiff_t *widths, int count, double value, char **error);
OTTensor *ot_cat(OTTensor *const *inputs, int count, ptrdiff_t axis, char **error);
OTTensor *ot_stack(OTTensor *const *inputs, int count, ptrdiff_t axis, char **error);
int ot_split(OTTensor *input, const ptrdiff_t *sizes, int count, ptrdiff_t axis,
             OTTensor **outputs, char **error);

// Indexing (Indexing.cpp)
OTTensor *ot_select(OTTensor *input, ptrdiff_t axis, ptrdiff_t index, char **error);
OTTensor *ot_slice(OTTensor *input, ptrdiff_t axis, ptrdiff_t from, ptrdiff_t to, ptrdiff_t step,
                   char **error);
OTTensor *ot_index_select(OTTensor *input, ptrdiff_t axis, OTTensor *index, char **error);
OTTensor *ot_gather(OTTensor *input, ptrdiff_t axis, OTTensor *index, char **error);
OTTensor *ot_scatter(OTTensor *input, ptrdiff_t axis, OTTensor *index, OTTensor *source,
                     char **error);
OTTensor *ot_scatter_add(OTTensor *input, ptrdiff_t axis, OTTensor *index, OTTensor *source,
                         char **error);
OTTensor *ot_index_add(OTTensor *input, ptrdiff_t axis, OTTensor *index, OTTensor *source,
                       char **error);
OTTensor *ot_masked_fill(OTTensor *input, OTTensor *mask, double value, char **error);
OTTensor *ot_masked_select(OTTensor *input, OTTensor *mask, char **error);
OTTensor *ot_nonzero(OTTensor *input, char **error);

// Linear algebra, batched over leading axes (LinearAlgebra.cpp)
OTTensor *ot_matmul(OTTensor *left, OTTensor *right, char **error);
OTTensor *ot_addmm(OTTensor *bias, OTTensor *left, OTTensor *right, char **error);
OTTensor *ot_baddbmm(OTTensor *bias, OTTensor *left, OTTensor *right, char **error);
OTTensor *ot_einsum(const char *equation, OTTensor *const *inputs, int count, char **error);
OTTensor *ot_cholesky(OTTensor *input, char **error);
int ot_try_cholesky(OTTensor *input, OTTensor **outputs, char **error);
OTTensor *ot_cholesky_solve(OTTensor *factor, OTTensor *right, char **error);
OTTensor *ot_solve_triangular(OTTensor *factor, OTTensor *right, int upper, int left, int unit,
                              char **error);
OTTensor *ot_solve(OTTensor *matrix, OTTensor *right, char **error);
OTTensor *ot_inverse(OTTensor *matrix, char **error);
int ot_eigh(OTTensor *matrix, OTTensor **outputs, char **error);
int ot_svd(OTTensor *matrix, OTTensor **outputs, char **error);
int ot_qr(OTTensor *matrix, OTTensor **outputs, char **error);
int ot_slogdet(OTTensor *matrix, OTTensor **outputs, char **error);
OTTensor *ot_diagonal(OTTensor *matrix, char **error);
OTTensor *ot_diagonal_matrix(OTTensor *vector, char **error);
OTTensor *ot_tril(OTTensor *matrix, ptrdiff_t offset, char **error);
OTTensor *ot_triu(OTTensor *matrix, ptrdiff_t offset, char **error);

// Network operations (Network.cpp); a bias or gain may be NULL
typedef struct OTConvolution {
    const ptrdiff_t *stride, *padding, *output_padding, *dilation;
    int dimensions;
    ptrdiff_t groups;
} OTConvolution;
OTTensor *ot_linear(OTTensor *input, OTTensor *weight, OTTensor *bias, char **error);
OTTensor *ot_convolution(OTTensor *input, OTTensor *weight, OTTensor *bias,
                         OTConvolution settings, int transposed, char **error);
OTTensor *ot_layer_norm(OTTensor *input, const ptrdiff_t *shape, int rank, OTTensor *gain,
                        OTTensor *bias, double epsilon, char **error);
OTTensor *ot_gru_cell(OTTensor *input, OTTensor *hidden, OTTensor *input_weight,
                      OTTensor *hidden_weight, OTTensor *input_bias, OTTensor *hidden_bias,
                      char **error);

// Steps of optimizers, in place; gradients are read only (Optimizers.cpp)
typedef struct OTAdam {
    double rate, first_decay, second_decay, epsilon, weight_decay;
    int decoupled;
} OTAdam;
int ot_adam(OTTensor *const *parameters, OTTensor *const *gradients, OTTensor *const *means,
            OTTensor *const *squares, int count, ptrdiff_t step, OTAdam settings, char **error);
int ot_momentum(OTTensor *const *parameters, OTTensor *const *gradients,
                OTTensor *const *velocities, int count, double rate, double momentum,
                int nesterov, double weight_decay, char **error);
int ot_rmsprop(OTTensor *const *parameters, OTTensor *const *gradients, OTTensor *const *squares,
               int count, double rate, double decay, double epsilon, double weight_decay,
               char **error);
double ot_global_norm(OTTensor *const *tensors, int count, char **error);
int ot_scaled(OTTensor *const *tensors, int count, double factor, OTTensor **outputs,
              char **error);
int ot_interpolate_all(OTTensor *const *targets, OTTensor *const *ends, int count, double weight,
                       char **error);

// Gradients (Autograd.cpp)
int ot_requires_gradient(const OTTensor *tensor);
OTTensor *ot_detach(OTTensor *tensor, char **error);
int ot_require_gradient(OTTensor *tensor, int required, char **error);
int ot_gradients(OTTensor *const *losses, OTTensor *const *seeds, int loss_count,
                 OTTensor *const *inputs, int input_count, int keep_graph, int create_graph,
                 OTTensor **outputs, char **error);
int ot_gradient_mode(void);
void ot_set_gradient_mode(int enabled);

// The engine itself (Device.cpp); texts are to be given back with `ot_free_text`
int ot_threads(void);
int ot_set_threads(int count, char **error);
char *ot_header_version(void);
char *ot_library_version(void);
char *ot_cpu_capability(void);
char *ot_configuration(void);
int ot_cuda_device_count(void);

#ifdef __cplusplus
}
#endif
#include "OptimistFused.h"
#include "OptimistLatent.h"
#include "OptimistPolicy.h"
#include "OptimistShared.h"

#endif
