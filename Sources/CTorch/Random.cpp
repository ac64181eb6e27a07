#if !__has_include(<ATen/ATen.h>)
#error "LibTorch was not found: run `make setup`, or set LIBTORCH to the folder of a LibTorch 2.13."
#endif
// Random fills. Each call makes a generator of its own from the key; LibTorch's global generators
// are never drawn from.
#include "Shim.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

using namespace optimist;

static at::Generator generator(const at::Device &device, uint64_t key) {
    if (device.is_cpu()) return at::detail::createCPUGenerator(key);
    at::Generator own = at::globalContext().defaultGenerator(device).clone();
    own.set_current_seed(key);
    return own;
}

static at::Tensor blank(const ptrdiff_t *shape, int rank, int type, int device) {
    return at::empty(list(shape, rank), options(type, device));
}

OTTensor *ot_normal(const ptrdiff_t *shape, int rank, double mean, double deviation, int type,
                    int device, uint64_t key, char **error) {
    OT_CATCH(
        nullptr, at::Tensor tensor = blank(shape, rank, type, device);
        return new OTTensor(tensor.normal_(mean, deviation, generator(tensor.device(), key)));)
}

OTTensor *ot_uniform(const ptrdiff_t *shape, int rank, double from, double to, int type,
                     int device, uint64_t key, char **error) {
    OT_CATCH(
        nullptr, at::Tensor tensor = blank(shape, rank, type, device);
        return new OTTensor(tensor.uniform_(from, to, generator(tensor.device(), key)));)
}

// The quantile function of the truncated law gives the law that resampling gives, in one pass.
OTTensor *ot_truncated_normal(const ptrdiff_t *shape, int rank, double deviation, double limit,
                              int type, int device, uint64_t key, char **error) {
    OT_CATCH(
        nullptr, at::Tensor tensor = blank(shape, rank, OT_FLOAT64, device);
        double range = std::erf(limit / std::sqrt(2.0));
        tensor.uniform_(-range, range, generator(tensor.device(), key))
            .erfinv_()
            .mul_(std::sqrt(2.0))
            .clamp_(-limit, limit)
            .mul_(deviation);
        return new OTTensor(tensor.to(scalar_type(type)));)
}

OTTensor *ot_random_integers(const ptrdiff_t *shape, int rank, ptrdiff_t from, ptrdiff_t to,
                             int device, uint64_t key, char **error) {
    OT_CATCH(
        nullptr, TORCH_CHECK(from < to, "the range ", from, "..<", to, " is empty");
        at::Tensor tensor = blank(shape, rank, OT_INT64, device);
        return new OTTensor(tensor.random_(from, to, generator(tensor.device(), key)));)
}

OTTensor *ot_permutation(ptrdiff_t count, int device, uint64_t key, char **error) {
    OT_TENSOR(at::randperm(count, generator(optimist::device(device), key),
                           options(OT_INT64, device)))
}

OTTensor *ot_bernoulli(OTTensor *probabilities, uint64_t key, char **error) {
    OT_CATCH(
        nullptr, c10::NoGradGuard guard; const at::Tensor &value = probabilities->value;
        return new OTTensor(at::bernoulli(value, generator(value.device(), key)));)
}

// Recorded for gradients: LibTorch differentiates the draw implicitly.
OTTensor *ot_gamma(OTTensor *concentrations, uint64_t key, char **error) {
    OT_CATCH(
        nullptr, const at::Tensor &value = concentrations->value;
        return new OTTensor(at::_standard_gamma(value, generator(value.device(), key)));)
}

OTTensor *ot_categorical(OTTensor *probabilities, ptrdiff_t count, int replacement, uint64_t key,
                         char **error) {
    OT_CATCH(
        nullptr, c10::NoGradGuard guard; const at::Tensor &value = probabilities->value;
        TORCH_CHECK(value.dim() >= 1, "probabilities have no axis");
        std::vector<int64_t> shape = value.sizes().vec(); int64_t classes = shape.back();
        shape.back() = count;
        at::Tensor drawn = at::multinomial(
            value.reshape({-1, classes}), count, replacement != 0, generator(value.device(), key));
        return new OTTensor(drawn.reshape(shape));)
}
