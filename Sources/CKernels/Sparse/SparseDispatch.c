// Which sparse kernels this machine can run.
#include "../include/OptimistSparse.h"

#if defined(__x86_64__)
extern const optimist_sparse_set optimist_sparse_avx512, optimist_sparse_avx2;
#endif
extern const optimist_sparse_set optimist_sparse_baseline;

const optimist_sparse_set *optimist_sparse_at(int index) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
        && index-- == 0)
        return &optimist_sparse_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && index-- == 0)
        return &optimist_sparse_avx2;
#endif
    return index == 0 ? &optimist_sparse_baseline : NULL;
}

const optimist_sparse_set *optimist_sparse(void) { return optimist_sparse_at(0); }
