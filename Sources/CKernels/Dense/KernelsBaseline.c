// Kernels for every processor: vectors of four floats, which SSE2 and NEON both have.
#define KERNEL_SET optimist_kernels_baseline
#define NAME "baseline"
#define TARGET
#define LANES 4
#if defined(__aarch64__)
#define ROWS 8  // of 32 registers, 24 hold the sums
#define VECTORS 3
#else
#define ROWS 6  // of 16 registers, 12 hold the sums
#define VECTORS 2
#endif
#include "Kernels.h"
