// Kernels for processors with AVX2 and fused multiply-add: 12 of 16 registers hold the sums
// (four rows by three vectors need one register more than there are).
#if defined(__x86_64__)
#define KERNEL_SET optimist_kernels_avx2
#define NAME "avx2"
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 8
#define ROWS 6
#define VECTORS 2
#include "Kernels.h"
#endif
