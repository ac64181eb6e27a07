#if !__has_include(<ATen/ATen.h>)
#error "LibTorch was not found: run `make setup`, or set LIBTORCH to the folder of a LibTorch 2.13."
#endif
// Products, factorizations and solves, batched over leading axes.
#include "Shim.h"

using namespace optimist;

OTTensor *ot_matmul(OTTensor *left, OTTensor *right, char **error) {
    OT_TENSOR(at::matmul(left->value, right->value))
}

OTTensor *ot_addmm(OTTensor *bias, OTTensor *left, OTTensor *right, char **error) {
    OT_TENSOR(at::addmm(bias->value, left->value, right->value))
}

OTTensor *ot_baddbmm(OTTensor *bias, OTTensor *left, OTTensor *right, char **error) {
    OT_TENSOR(at::baddbmm(bias->value, left->value, right->value))
}

OTTensor *ot_einsum(const char *equation, OTTensor *const *inputs, int count, char **error) {
    OT_TENSOR(at::einsum(equation, values(inputs, count)))
}

OTTensor *ot_cholesky(OTTensor *input, char **error) {
    OT_TENSOR(at::linalg_cholesky(input->value))
}

int ot_try_cholesky(OTTensor *input, OTTensor **outputs, char **error) {
    OT_DO(auto [factor, info] = at::linalg_cholesky_ex(input->value);
          give(outputs, {factor, info.eq(0)}))
}

OTTensor *ot_cholesky_solve(OTTensor *factor, OTTensor *right, char **error) {
    OT_TENSOR(at::cholesky_solve(right->value, factor->value))
}

OTTensor *ot_solve_triangular(OTTensor *factor, OTTensor *right, int upper, int left, int unit,
                              char **error) {
    OT_TENSOR(at::linalg_solve_triangular(factor->value, right->value, upper, left, unit))
}

OTTensor *ot_solve(OTTensor *matrix, OTTensor *right, char **error) {
    OT_TENSOR(at::linalg_solve(matrix->value, right->value))
}

OTTensor *ot_inverse(OTTensor *matrix, char **error) { OT_TENSOR(at::linalg_inv(matrix->value)) }

int ot_eigh(OTTensor *matrix, OTTensor **outputs, char **error) {
    OT_DO(auto [numbers, vectors] = at::linalg_eigh(matrix->value);
          give(outputs, {numbers, vectors}))
}

int ot_svd(OTTensor *matrix, OTTensor **outputs, char **error) {
    OT_DO(auto [left, numbers, right] = at::linalg_svd(matrix->value, /*full_matrices=*/false);
          give(outputs, {left, numbers, right}))
}

int ot_qr(OTTensor *matrix, OTTensor **outputs, char **error) {
    OT_DO(auto [orthogonal, upper] = at::linalg_qr(matrix->value);
          give(outputs, {orthogonal, upper}))
}

int ot_slogdet(OTTensor *matrix, OTTensor **outputs, char **error) {
    OT_DO(auto [sign, logarithm] = at::linalg_slogdet(matrix->value);
          give(outputs, {sign, logarithm}))
}

OTTensor *ot_diagonal(OTTensor *matrix, char **error) {
    OT_TENSOR(at::diagonal(matrix->value, 0, -2, -1))
}

OTTensor *ot_diagonal_matrix(OTTensor *vector, char **error) {
    OT_TENSOR(at::diag_embed(vector->value))
}

OTTensor *ot_tril(OTTensor *matrix, ptrdiff_t offset, char **error) {
    OT_TENSOR(at::tril(matrix->value, offset))
}

OTTensor *ot_triu(OTTensor *matrix, ptrdiff_t offset, char **error) {
    OT_TENSOR(at::triu(matrix->value, offset))
}
