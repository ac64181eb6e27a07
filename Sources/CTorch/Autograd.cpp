#if !__has_include(<ATen/ATen.h>)
#error "LibTorch was not found: run `make setup`, or set LIBTORCH to the folder of a LibTorch 2.13."
#endif
// Reverse-mode differentiation.
#include "Shim.h"

#include <torch/csrc/autograd/autograd.h>

using namespace optimist;

int ot_requires_gradient(const OTTensor *tensor) { return tensor->value.requires_grad(); }

OTTensor *ot_detach(OTTensor *tensor, char **error) { OT_TENSOR(tensor->value.detach()) }

int ot_require_gradient(OTTensor *tensor, int required, char **error) {
    OT_DO(tensor->value.set_requires_grad(required != 0))
}

// An input that the losses do not depend on leaves NULL in its place.
int ot_gradients(OTTensor *const *losses, OTTensor *const *seeds, int loss_count,
                 OTTensor *const *inputs, int input_count, int keep_graph, int create_graph,
                 OTTensor **outputs, char **error) {
    OT_DO(
        std::vector<at::Tensor> weights;
        for (int i = 0; i < loss_count; i++) {
            weights.push_back(seeds && seeds[i] ? seeds[i]->value : at::Tensor());
        }
        std::vector<at::Tensor> gradients = torch::autograd::grad(
            values(losses, loss_count), values(inputs, input_count), weights, keep_graph != 0,
            create_graph != 0, /*allow_unused=*/true);
        for (int i = 0; i < input_count; i++) {
            outputs[i] = gradients[i].defined() ? new OTTensor(gradients[i]) : nullptr;
        })
}

int ot_gradient_mode(void) { return c10::GradMode::is_enabled(); }
void ot_set_gradient_mode(int enabled) { c10::GradMode::set_enabled(enabled != 0); }
