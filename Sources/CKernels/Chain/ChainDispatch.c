// Which chain kernels this machine can run.
#include "../include/OptimistChain.h"

#if defined(__x86_64__)
extern const optimist_chain_set optimist_chain_avx512, optimist_chain_avx2;
#endif
extern const optimist_chain_set optimist_chain_baseline;

const optimist_chain_set *optimist_chain_at(int index) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
        && index-- == 0)
        return &optimist_chain_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && index-- == 0)
        return &optimist_chain_avx2;
#endif
    return index == 0 ? &optimist_chain_baseline : NULL;
}

const optimist_chain_set *optimist_chain(void) { return optimist_chain_at(0); }
