// Chain kernels for processors with AVX2 and fused multiply-add.
#if defined(__x86_64__)
#define KERNEL_SET optimist_chain_avx2
#define NAME "avx2"
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 4
#include "Chain.h"
#endif
