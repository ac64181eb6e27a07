// Plain C kernels with run-time dispatch.
#include "OptimistDense.h"
#include "OptimistSparse.h"
