// One fused dense layer, or an ensemble of them, as an operation that gradients pass through.
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <numeric>

#include "../Shim.h"
#include "Network.h"

using at::Tensor;
using optimist::fused::Buffer;
using optimist::fused::Threads;

namespace {

/// Fewer rows do not repay packing the weights.
constexpr int64_t fewest_rows = 8;
/// Rows that a product over rows takes at a time, to keep its packed panels near.
constexpr int64_t sum_rows = 256;

/// Sizes of a call: `members` products of [rows, in] by [in, out].
struct Sizes {
    int64_t members, rows, in, out;

    explicit Sizes(const Tensor &x, const Tensor &w)
        : members(w.size(0)), rows(x.size(1)), in(w.size(1)), out(w.size(2)) {}

    /// Into how many parts each member's work is cut for threads to have equal shares.
    int64_t parts(int64_t extent) const {
        int64_t threads = at::get_num_threads();
        return std::clamp<int64_t>(extent / 32, 1, threads / std::gcd(members, threads));
    }
};

/// Runs `body(member, begin, end)` over [0, extent) of every member in whole row blocks.
template <typename Body>
void each(const Sizes &sizes, int64_t extent, const Body &body) {
    int64_t parts = sizes.parts(extent), unit = optimist_kernels()->row_block;
    int64_t length = ((extent + parts - 1) / parts + unit - 1) / unit * unit;
    double operations = 2.0 * sizes.members * sizes.rows * sizes.in * sizes.out;
    int64_t threads = operations < 5e5 ? 1 : at::get_num_threads();
    Threads::shared().run(sizes.members * parts, threads, [&](ptrdiff_t item, ptrdiff_t) {
        int64_t begin = item % parts * length, end = std::min(begin + length, extent);
        if (begin < end) body(item / parts, begin, end);
    });
}

/// This thread's memory for a packed matrix.
float *packing_space(int64_t inner, int64_t columns) {
    thread_local Buffer buffer;
    return buffer.of(optimist_packed_count(optimist_kernels(), inner, columns));
}

/// y and, where it is defined, the activation's slope; all [member, rows, width], contiguous.
void run_forward(const Tensor &x, const Tensor &w, const Tensor &b, int activation,
                 const Tensor &y, const Tensor &slope) {
    Sizes s(x, w);
    const float *px = x.const_data_ptr<float>(), *pw = w.const_data_ptr<float>();
    const float *pb = b.defined() ? b.const_data_ptr<float>() : nullptr;
    float *py = y.data_ptr<float>();
    float *ps = slope.defined() ? slope.data_ptr<float>() : nullptr;
    const optimist_kernel_set *kernels = optimist_kernels();
    each(s, s.rows, [&](int64_t member, int64_t begin, int64_t end) {
        float *packed = packing_space(s.in, s.out);
        kernels->pack(s.in, s.out, pw + member * s.in * s.out, s.out, 0, packed);
        int64_t row = member * s.rows + begin;
        kernels->dense(
            end - begin, s.in, s.out, px + row * s.in, s.in, 1, packed,
            pb ? pb + member * s.out : nullptr, py + row * s.out, s.out, 0);
        if (activation == OPTIMIST_IDENTITY) return;
        kernels->activate(
            activation, (end - begin) * s.out, py + row * s.out, ps ? ps + row * s.out : nullptr);
    });
}

/// Turns the gradient of outputs into that of the sums before the activation, and makes dx.
void run_input_gradient(const Tensor &w, const Tensor &y, const Tensor &slope, int activation,
                        const Tensor &x, const Tensor &gradient, const Tensor &dx) {
    Sizes s(x, w);
    const float *pw = w.const_data_ptr<float>(), *py = y.const_data_ptr<float>();
    const float *ps = slope.defined() ? slope.const_data_ptr<float>() : nullptr;
    float *pg = gradient.data_ptr<float>();
    float *pdx = dx.defined() ? dx.data_ptr<float>() : nullptr;
    const optimist_kernel_set *kernels = optimist_kernels();
    each(s, s.rows, [&](int64_t member, int64_t begin, int64_t end) {
        int64_t row = member * s.rows + begin, at = row * s.out;
        kernels->activation_gradient(
            activation, (end - begin) * s.out, py + at, ps ? ps + at : nullptr, pg + at);
        if (!pdx) return;
        float *packed = packing_space(s.out, s.in);
        kernels->pack(s.out, s.in, pw + member * s.in * s.out, s.out, 1, packed);
        kernels->dense(
            end - begin, s.out, s.in, pg + at, s.out, 1, packed, nullptr, pdx + row * s.in, s.in,
            0);
    });
}

/// dw = x^T gradient and db = the gradient's column sums; threads share out the rows of dw.
void run_parameter_gradient(const Tensor &x, const Tensor &w, const Tensor &gradient,
                            const Tensor &dw, const Tensor &db) {
    Sizes s(x, w);
    const float *px = x.const_data_ptr<float>(), *pg = gradient.const_data_ptr<float>();
    float *pdw = dw.data_ptr<float>();
    float *pdb = db.defined() ? db.data_ptr<float>() : nullptr;
    const optimist_kernel_set *kernels = optimist_kernels();
    each(s, s.in, [&](int64_t member, int64_t begin, int64_t end) {
        for (int64_t row = 0; row < s.rows; row += sum_rows) {
            int64_t count = std::min(sum_rows, s.rows - row), from = member * s.rows + row;
            float *packed = packing_space(count, s.out);
            kernels->pack(count, s.out, pg + from * s.out, s.out, 0, packed);
            kernels->dense(
                end - begin, count, s.out, px + from * s.in + begin, 1, s.in, packed, nullptr,
                pdw + (member * s.in + begin) * s.out, s.out, row > 0);
            if (pdb && begin == 0)
                kernels->column_sums(
                    count, s.out, pg + from * s.out, s.out, pdb + member * s.out, row > 0);
        }
    });
}

Tensor activated(const Tensor &z, int64_t activation) {
    switch (activation) {
        case OPTIMIST_IDENTITY: return z;
        case OPTIMIST_RELU: return at::relu(z);
        case OPTIMIST_TANH: return at::tanh(z);
        case OPTIMIST_SIGMOID: return at::sigmoid(z);
        case OPTIMIST_SWISH: return at::silu(z);
        case OPTIMIST_ELU: return at::elu(z);
    }
    TORCH_CHECK(false, "unknown activation code ", activation);
}

/// The derivative of the activation at z, made of operations that can be differentiated.
Tensor slope_at(const Tensor &z, int64_t activation) {
    switch (activation) {
        case OPTIMIST_RELU: return (z > 0).to(z.scalar_type());
        case OPTIMIST_TANH: return 1 - at::tanh(z).square();
        case OPTIMIST_SIGMOID: return at::sigmoid(z) * (1 - at::sigmoid(z));
        case OPTIMIST_SWISH: {
            Tensor s = at::sigmoid(z);
            return s * (1 + z * (1 - s));
        }
        case OPTIMIST_ELU: return at::where(z > 0, at::ones_like(z), at::exp(at::clamp_max(z, 0)));
        default: return at::ones_like(z);
    }
}

/// ATen's own operations, for [member, rows, in] by [member, in, out].
Tensor composed(const Tensor &x, const Tensor &w, const Tensor &b) {
    return b.defined() ? at::baddbmm(b.unsqueeze(1), x, w) : at::bmm(x, w);
}

class FusedDense : public torch::autograd::Function<FusedDense> {
public:
    static Tensor forward(torch::autograd::AutogradContext *context, const Tensor &x,
                          const Tensor &w, const Tensor &b, int64_t activation) {
        Tensor y = at::empty({w.size(0), x.size(1), w.size(2)}, x.options());
        Tensor slope;
        if (activation == OPTIMIST_SWISH) slope = at::empty_like(y);
        run_forward(x, w, b, activation, y, slope);
        context->save_for_backward({x, w, b, y, slope});
        context->saved_data["activation"] = activation;
        return y;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                   torch::autograd::variable_list gradients) {
        auto saved = context->get_saved_variables();
        const Tensor &x = saved[0], &w = saved[1], &b = saved[2];
        int64_t activation = context->saved_data["activation"].toInt();
        // The gradient is itself to be differentiated: only ATen's operations can be.
        if (at::GradMode::is_enabled()) {
            Tensor g = gradients[0] * slope_at(composed(x, w, b), activation);
            return {at::bmm(g, w.transpose(1, 2)), at::bmm(x.transpose(1, 2), g),
                    b.defined() ? g.sum(1) : Tensor(), Tensor()};
        }
        Tensor g = gradients[0].clone(at::MemoryFormat::Contiguous);
        Tensor dx, dw, db;
        if (context->needs_input_grad(0)) dx = at::empty_like(x);
        run_input_gradient(w, saved[3], saved[4], activation, x, g, dx);
        bool bias = b.defined() && context->needs_input_grad(2);
        if (bias) db = at::empty_like(b);
        if (context->needs_input_grad(1) || bias) {
            dw = at::empty_like(w);
            run_parameter_gradient(x, w, g, dw, db);
        }
        return {dx, dw, db, Tensor()};
    }
};

/// The call's tensors as [member, rows, in], [member, in, out] and [member, out].
struct Arguments {
    Tensor x, w, b;
    std::vector<int64_t> shape;  // of the result

    Arguments(const Tensor &input, const Tensor &weight, const Tensor &bias) {
        bool ensemble = weight.dim() == 3;
        TORCH_CHECK(ensemble || weight.dim() == 2, "the weight needs 2 or 3 axes");
        TORCH_CHECK(
            input.dim() >= 1 && (!ensemble || input.dim() == 3),
            "an ensemble needs inputs [member, rows, in]");
        TORCH_CHECK(
            input.size(-1) == weight.size(-2) && (!ensemble || input.size(0) == weight.size(0)),
            "inputs and weight do not fit");
        w = ensemble ? weight : weight.unsqueeze(0);
        x = ensemble ? input : input.reshape({1, -1, input.size(-1)});
        if (bias.defined()) {
            TORCH_CHECK(
                bias.numel() == w.size(0) * w.size(2) || bias.numel() == w.size(2),
                "the bias needs one number for each output");
            b = bias.reshape({-1, w.size(2)}).expand({w.size(0), w.size(2)});
        }
        shape = input.sizes().vec();
        shape.back() = w.size(2);
    }
};

bool fits(const Tensor &tensor) {
    return !tensor.defined()
        || (tensor.is_cpu() && tensor.scalar_type() == at::kFloat
            && tensor.layout() == at::kStrided);
}

bool applies(const Tensor &x, const Tensor &w, const Tensor &b) {
    if (!fits(x) || !fits(w) || !fits(b) || w.numel() == 0 || x.numel() == 0) return false;
    int64_t rows = w.dim() == 3 ? x.size(1) : x.numel() / x.size(-1);
    return rows >= fewest_rows;
}

Tensor fused_dense(const Tensor &input, const Tensor &weight, const Tensor &bias,
                   int64_t activation) {
    Arguments given(input, weight, bias);
    if (!applies(input, weight, bias))
        return activated(composed(given.x, given.w, given.b), activation).reshape(given.shape);
    Tensor b = given.b.defined() ? given.b.contiguous() : given.b;
    return FusedDense::apply(given.x.contiguous(), given.w.contiguous(), b, activation)
        .reshape(given.shape);
}

}  // namespace

OTTensor *ot_fused_dense(OTTensor *input, OTTensor *weight, OTTensor *bias, int activation,
                         char **error) {
    OT_TENSOR(fused_dense(
        input->value, weight->value, bias ? bias->value : Tensor(), activation))
}

int ot_fused_dense_applies(const OTTensor *input, const OTTensor *weight, const OTTensor *bias) {
    return applies(input->value, weight->value, bias ? bias->value : Tensor());
}
