// One kernel set: the file that includes this names it and says which vectors it may use.
#include "../include/OptimistDense.h"
#include "Vector.h"

#include "Product.h"

#include "Elementwise.h"
#include "Heads.h"
#include "Latent.h"
#include "Squashed.h"

const optimist_kernel_set KERNEL_SET = {
    NAME, LANES, ROWS, VECTORS * LANES, pack, dense, activate, activation_gradient, column_sums,
    exponential, adam, gaussian_sample, gaussian_loss, squared_loss,
    gated_update, softplus_sample, squashed_draw, squashed_sample, squashed_gradient,
};
