// Plain C kernels with run-time dispatch.
#include "OptimistDense.h"
