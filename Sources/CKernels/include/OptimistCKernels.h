// Plain C kernels with run-time dispatch.
#include "OptimistChain.h"
#include "OptimistDense.h"
#include "OptimistSparse.h"
