#if !__has_include(<ATen/ATen.h>)
#error "LibTorch was not found: run `make setup`, or set LIBTORCH to the folder of a LibTorch 2.13."
#endif
// Steps of optimizers, in place and outside the gradient's graph.
#include "Shim.h"

#include <cmath>

using namespace optimist;

namespace {

// Gradients may be expanded views, or share memory with one another: they are only read.
std::vector<at::Tensor> dense(OTTensor *const *tensors, int count) {
    std::vector<at::Tensor> result;
    result.reserve(count);
    for (int i = 0; i < count; i++) result.push_back(tensors[i]->value.contiguous());
    return result;
}

at::Tensor decayed(const at::Tensor &gradient, const at::Tensor &parameter, double decay) {
    return decay == 0 ? gradient : gradient.add(parameter, decay);
}

}  // namespace

int ot_adam(OTTensor *const *parameters, OTTensor *const *gradients, OTTensor *const *means,
            OTTensor *const *squares, int count, ptrdiff_t step, OTAdam settings, char **error) {
    OT_DO(
        c10::NoGradGuard guard; if (count == 0) return 1;
        std::vector<at::Tensor> targets = values(parameters, count);
        for (const at::Tensor &target : targets) {
            TORCH_CHECK(
                target.is_contiguous() && target.scalar_type() == targets[0].scalar_type(),
                "the parameters of a group are contiguous and of one type");
        }
        at::Tensor steps = at::full(
            {}, static_cast<double>(step), targets[0].options().dtype(at::kFloat));
        std::vector<at::Tensor> step_list(count, steps);
        auto step_all = [&](auto update) {
            update(
                targets, dense(gradients, count), values(means, count), values(squares, count),
                std::vector<at::Tensor>(), step_list, settings.rate, settings.first_decay,
                settings.second_decay, settings.weight_decay, settings.epsilon,
                /*amsgrad=*/false, /*maximize=*/false);
        };
        if (settings.decoupled) {
            step_all([](auto &&...arguments) { at::_fused_adamw_(arguments...); });
        } else {
            step_all([](auto &&...arguments) { at::_fused_adam_(arguments...); });
        })
}

int ot_momentum(OTTensor *const *parameters, OTTensor *const *gradients,
                OTTensor *const *velocities, int count, double rate, double momentum,
                int nesterov, double weight_decay, char **error) {
    OT_DO(
        c10::NoGradGuard guard;
        for (int i = 0; i < count; i++) {
            at::Tensor &target = parameters[i]->value;
            at::Tensor gradient = decayed(gradients[i]->value, target, weight_decay);
            if (momentum == 0) {
                target.add_(gradient, -rate);
                continue;
            }
            at::Tensor &velocity = velocities[i]->value;
            velocity.mul_(momentum).add_(gradient);
            target.add_(nesterov ? gradient.add(velocity, momentum) : velocity, -rate);
        })
}

int ot_rmsprop(OTTensor *const *parameters, OTTensor *const *gradients, OTTensor *const *squares,
               int count, double rate, double decay, double epsilon, double weight_decay,
               char **error) {
    OT_DO(
        c10::NoGradGuard guard;
        for (int i = 0; i < count; i++) {
            at::Tensor &target = parameters[i]->value;
            at::Tensor gradient = decayed(gradients[i]->value, target, weight_decay);
            at::Tensor &square = squares[i]->value;
            square.mul_(decay).addcmul_(gradient, gradient, 1 - decay);
            target.addcdiv_(gradient, square.sqrt().add_(epsilon), -rate);
        })
}

double ot_global_norm(OTTensor *const *tensors, int count, char **error) {
    OT_CATCH(
        0, c10::NoGradGuard guard; double sum = 0;
        for (const at::Tensor &norm : at::_foreach_norm(values(tensors, count))) {
            double value = norm.item().toDouble();
            sum += value * value;
        }
        return std::sqrt(sum);)
}

int ot_scaled(OTTensor *const *tensors, int count, double factor, OTTensor **outputs,
              char **error) {
    OT_DO(c10::NoGradGuard guard;
          give(outputs, at::_foreach_mul(values(tensors, count), at::Scalar(factor))))
}

int ot_interpolate_all(OTTensor *const *targets, OTTensor *const *ends, int count, double weight,
                       char **error) {
    OT_DO(c10::NoGradGuard guard;
          at::_foreach_lerp_(values(targets, count), values(ends, count), at::Scalar(weight)))
}
