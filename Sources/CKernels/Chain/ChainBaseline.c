// Chain kernels for every processor: vectors of two doubles, which SSE2 and NEON both have.
#define KERNEL_SET optimist_chain_baseline
#define NAME "baseline"
#define TARGET
#define LANES 2
#include "Chain.h"
