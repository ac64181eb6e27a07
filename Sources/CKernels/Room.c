#include "OptimistCKernels.h"
