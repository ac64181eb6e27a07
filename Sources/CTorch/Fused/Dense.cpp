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
/// Rows that a product takes at a time: each of its panels reads them all again.
constexpr int64_t near_rows = 128;
/// Rows that a product over rows takes at a time, to keep its packed panels near.
constexpr int64_t sum_rows = 256;

/// Sizes of a call: `members` products of [rows, in] by [in, out].
struct Sizes {
    int64_t members, rows, in, out;
    bool turned;  // weights are stored as [out, in]

    Sizes(const Tensor &x, const Tensor &w, bool turned)
        : members(w.size(0)), rows(x.size(1)), in(w.size(turned ? 2 : 1)),
          out(w.size(turned ? 1 : 2)), turned(turned) {}

    /// Packs a member's weights for products with them, or with their transpose.
    void pack(const float *weights, int64_t member, bool transpose, float *packed) const {
        int64_t inner = transpose ? out : in, columns = transpose ? in : out;
        optimist_kernels()->pack(
            inner, columns, weights + member * in * out, turned ? in : out, turned != transpose,
            packed);
    }

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
void run_forward(const Sizes &s, const Tensor &x, const Tensor &w, const Tensor &b,
                 int activation, const Tensor &y, const Tensor &slope) {
    const float *px = x.const_data_ptr<float>(), *pw = w.const_data_ptr<float>();
    const float *pb = b.defined() ? b.const_data_ptr<float>() : nullptr;
    float *py = y.data_ptr<float>();
    float *ps = slope.defined() ? slope.data_ptr<float>() : nullptr;
    const optimist_kernel_set *kernels = optimist_kernels();
    each(s, s.rows, [&](int64_t member, int64_t begin, int64_t end) {
        float *packed = packing_space(s.in, s.out);
        s.pack(pw, member, false, packed);
        const float *bias = pb ? pb + member * s.out : nullptr;
        for (; begin < end; begin += near_rows) {
            int64_t count = std::min(near_rows, end - begin), row = member * s.rows + begin;
            float *to = py + row * s.out;
            kernels->dense(
                count, s.in, s.out, px + row * s.in, s.in, 1, packed, bias, to, s.out,
                OPTIMIST_COLUMN_BIAS);
            if (activation == OPTIMIST_IDENTITY) continue;
            kernels->activate(
                activation, count * s.out, to, ps ? ps + row * s.out : nullptr);
        }
    });
}

/// Turns the gradient of outputs into that of the sums before the activation, and makes dx.
void run_input_gradient(const Sizes &s, const Tensor &w, const Tensor &y, const Tensor &slope,
                        int activation, const Tensor &gradient, const Tensor &dx) {
    const float *pw = w.const_data_ptr<float>(), *py = y.const_data_ptr<float>();
    const float *ps = slope.defined() ? slope.const_data_ptr<float>() : nullptr;
    float *pg = gradient.data_ptr<float>();
    float *pdx = dx.defined() ? dx.data_ptr<float>() : nullptr;
    const optimist_kernel_set *kernels = optimist_kernels();
    each(s, s.rows, [&](int64_t member, int64_t begin, int64_t end) {
        float *packed = packing_space(s.out, s.in);
        if (pdx) s.pack(pw, member, true, packed);
        for (; begin < end; begin += near_rows) {
            int64_t count = std::min(near_rows, end - begin), row = member * s.rows + begin;
            int64_t at = row * s.out;
            kernels->activation_gradient(
                activation, count * s.out, py + at, ps ? ps + at : nullptr, pg + at);
            if (!pdx) continue;
            kernels->dense(
                count, s.out, s.in, pg + at, s.out, 1, packed, nullptr, pdx + row * s.in, s.in,
                OPTIMIST_COLUMN_BIAS);
        }
    });
}

/// dw = x^T gradient, or gradient^T x for turned weights, and db = the gradient's column sums.
/// Threads share out the rows of dw.
void run_parameter_gradient(const Sizes &s, const Tensor &x, const Tensor &gradient,
                            const Tensor &dw, const Tensor &db) {
    const float *px = x.const_data_ptr<float>(), *pg = gradient.const_data_ptr<float>();
    float *pdw = dw.data_ptr<float>();
    float *pdb = db.defined() ? db.data_ptr<float>() : nullptr;
    const float *left = s.turned ? pg : px, *right = s.turned ? px : pg;
    int64_t height = s.turned ? s.out : s.in, width = s.turned ? s.in : s.out;
    const optimist_kernel_set *kernels = optimist_kernels();
    each(s, height, [&](int64_t member, int64_t begin, int64_t end) {
        for (int64_t row = 0; row < s.rows; row += sum_rows) {
            int64_t count = std::min(sum_rows, s.rows - row), from = member * s.rows + row;
            float *packed = packing_space(count, width);
            kernels->pack(count, width, right + from * width, width, 0, packed);
            kernels->dense(
                end - begin, count, width, left + from * height + begin, 1, height, packed,
                nullptr, pdw + (member * height + begin) * width, width,
                row > 0 ? OPTIMIST_ACCUMULATE : OPTIMIST_COLUMN_BIAS);
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
    using Context = torch::autograd::AutogradContext;
    using List = torch::autograd::variable_list;

    // An absent bias must be absent: an undefined tensor is taken for an input.
    static Tensor forward(Context *context, const Tensor &x, const Tensor &w,
                          const std::optional<Tensor> &bias, int64_t activation, bool turned) {
        Tensor b = bias.value_or(Tensor());
        Sizes sizes(x, w, turned);
        Tensor y = at::empty({sizes.members, sizes.rows, sizes.out}, x.options());
        Tensor slope;
        if (activation == OPTIMIST_SWISH) slope = at::empty_like(y);
        run_forward(sizes, x, w, b, activation, y, slope);
        context->save_for_backward({x, w, b, y, slope});
        context->saved_data["activation"] = activation;
        context->saved_data["turned"] = turned;
        return y;
    }

    static List backward(Context *context, List gradients) {
        // The gradient is itself to be differentiated: only ATen's operations can be.
        if (at::GradMode::is_enabled()) return differentiable(context, gradients[0]);
        auto saved = context->get_saved_variables();
        const Tensor &x = saved[0], &w = saved[1], &b = saved[2];
        Sizes sizes(x, w, context->saved_data["turned"].toBool());
        int64_t activation = context->saved_data["activation"].toInt();
        Tensor g = gradients[0].clone(at::MemoryFormat::Contiguous);
        Tensor dx, dw, db;
        if (context->needs_input_grad(0)) dx = at::empty_like(x);
        run_input_gradient(sizes, w, saved[3], saved[4], activation, g, dx);
        bool bias = b.defined() && context->needs_input_grad(2);
        if (bias) db = at::empty_like(b);
        if (context->needs_input_grad(1) || bias) {
            dw = at::empty_like(w);
            run_parameter_gradient(sizes, x, g, dw, db);
        }
        return {dx, dw, db, Tensor(), Tensor()};
    }

    static List differentiable(Context *context, const Tensor &gradient) {
        auto saved = context->get_saved_variables();
        const Tensor &x = saved[0], &b = saved[2];
        bool turned = context->saved_data["turned"].toBool();
        Tensor w = turned ? saved[1].transpose(1, 2) : saved[1];
        int64_t activation = context->saved_data["activation"].toInt();
        Tensor g = gradient * slope_at(composed(x, w, b), activation);
        Tensor dw = at::bmm(x.transpose(1, 2), g);
        return {at::bmm(g, w.transpose(1, 2)), turned ? dw.transpose(1, 2) : dw,
                b.defined() ? g.sum(1) : Tensor(), Tensor(), Tensor()};
    }
};

/// The call's tensors as [member, rows, in], [member, in, out] (turned: [member, out, in]) and
/// [member, out].
struct Arguments {
    Tensor x, w, b;
    std::vector<int64_t> shape;  // of the result

    Arguments(const Tensor &input, const Tensor &weight, const Tensor &bias, bool turned) {
        bool ensemble = weight.dim() == 3;
        TORCH_CHECK(ensemble || weight.dim() == 2, "the weight needs 2 or 3 axes");
        TORCH_CHECK(
            input.dim() >= 1 && (!ensemble || input.dim() == 3),
            "an ensemble needs inputs [member, rows, in]");
        int64_t out = weight.size(turned ? -2 : -1), in = weight.size(turned ? -1 : -2);
        TORCH_CHECK(
            input.size(-1) == in && (!ensemble || input.size(0) == weight.size(0)),
            "inputs and weight do not fit");
        w = ensemble ? weight : weight.unsqueeze(0);
        x = ensemble ? input : input.reshape({1, -1, in});
        if (bias.defined()) {
            TORCH_CHECK(
                bias.numel() == w.size(0) * out || bias.numel() == out,
                "the bias needs one number for each output");
            b = bias.reshape({-1, out}).expand({w.size(0), out});
        }
        shape = input.sizes().vec();
        shape.back() = out;
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
                   int64_t activation, bool turned) {
    Arguments given(input, weight, bias, turned);
    if (!applies(input, weight, bias)) {
        Tensor w = turned ? given.w.transpose(1, 2) : given.w;
        if (weight.dim() == 3) return activated(composed(given.x, w, given.b), activation);
        Tensor b = given.b.defined() ? given.b[0] : given.b;
        return activated(at::linear(input, w[0].t(), b), activation);
    }
    std::optional<Tensor> b;
    if (given.b.defined()) b = given.b.contiguous();
    return FusedDense::apply(
               given.x.contiguous(), given.w.contiguous(), b, activation, turned)
        .reshape(given.shape);
}

}  // namespace

OTTensor *ot_fused_dense(OTTensor *input, OTTensor *weight, OTTensor *bias, int activation,
                         int turned, char **error) {
    OT_TENSOR(fused_dense(
        input->value, weight->value, bias ? bias->value : Tensor(), activation, turned != 0))
}

int ot_fused_dense_applies(const OTTensor *input, const OTTensor *weight, const OTTensor *bias) {
    return applies(input->value, weight->value, bias ? bias->value : Tensor());
}

void ot_mark_changed(OTTensor *tensor) {
    tensor->value.unsafeGetTensorImpl()->bump_version();
}
