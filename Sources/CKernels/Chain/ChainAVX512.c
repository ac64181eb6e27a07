// Chain kernels for processors with AVX-512.
#if defined(__x86_64__)
#define KERNEL_SET optimist_chain_avx512
#define NAME "avx512"
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")))
#define LANES 8
#include "Chain.h"
#endif
