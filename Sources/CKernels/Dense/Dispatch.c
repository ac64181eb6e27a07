// Which kernels this machine can run.
#include "../include/OptimistDense.h"

#if defined(__x86_64__)
extern const optimist_kernel_set optimist_kernels_avx512, optimist_kernels_avx2;
#endif
extern const optimist_kernel_set optimist_kernels_baseline;

const optimist_kernel_set *optimist_kernels_at(int index) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
        && index-- == 0)
        return &optimist_kernels_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && index-- == 0)
        return &optimist_kernels_avx2;
#endif
    return index == 0 ? &optimist_kernels_baseline : NULL;
}

const optimist_kernel_set *optimist_kernels(void) { return optimist_kernels_at(0); }

size_t optimist_packed_count(const optimist_kernel_set *set, ptrdiff_t inner, ptrdiff_t columns) {
    ptrdiff_t vectors = (columns + set->lanes - 1) / set->lanes;
    return (size_t)(inner * vectors * set->lanes);
}

void optimist_exp(ptrdiff_t count, const float *x, float *y) {
    optimist_kernels()->exponential(count, x, y);
}
