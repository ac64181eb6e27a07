#if !__has_include(<ATen/ATen.h>)
#error "LibTorch was not found: run `make setup`, or set LIBTORCH to the folder of a LibTorch 2.13."
#endif
// Operations of neural networks.
#include "Shim.h"

using namespace optimist;

OTTensor *ot_linear(OTTensor *input, OTTensor *weight, OTTensor *bias, char **error) {
    OT_TENSOR(at::linear(input->value, weight->value, optional(bias)))
}

OTTensor *ot_convolution(OTTensor *input, OTTensor *weight, OTTensor *bias,
                         OTConvolution settings, int transposed, char **error) {
    OT_CATCH(
        nullptr, int count = settings.dimensions;
        TORCH_CHECK(
            input->value.dim() == count + 2, "the input needs ", count + 2,
            " axes [batch, channel, ...]");
        return new OTTensor(at::convolution(
            input->value, weight->value, optional(bias), list(settings.stride, count),
            list(settings.padding, count), list(settings.dilation, count), transposed != 0,
            list(settings.output_padding, count), settings.groups));)
}

OTTensor *ot_layer_norm(OTTensor *input, const ptrdiff_t *shape, int rank, OTTensor *gain,
                        OTTensor *bias, double epsilon, char **error) {
    OT_TENSOR(at::layer_norm(
        input->value, list(shape, rank), optional(gain), optional(bias), epsilon))
}

OTTensor *ot_gru_cell(OTTensor *input, OTTensor *hidden, OTTensor *input_weight,
                      OTTensor *hidden_weight, OTTensor *input_bias, OTTensor *hidden_bias,
                      char **error) {
    OT_TENSOR(at::gru_cell(
        input->value, hidden->value, input_weight->value, hidden_weight->value,
        optional(input_bias), optional(hidden_bias)))
}
