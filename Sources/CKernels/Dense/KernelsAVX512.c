// Kernels for processors with AVX-512: 24 of its 32 registers hold the sums of a block.
#if defined(__x86_64__)
#define KERNEL_SET optimist_kernels_avx512
#define NAME "avx512"
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")))
#define LANES 16
#define ROWS 8
#define VECTORS 3
#include "Kernels.h"
#endif
