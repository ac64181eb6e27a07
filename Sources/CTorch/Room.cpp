#include "OptimistCTorch.h"
