#if !__has_include(<ATen/ATen.h>)
#error "LibTorch was not found: run `make setup`, or set LIBTORCH to the folder of a LibTorch 2.13."
#endif
// The engine: threads, versions and devices.
#include "Shim.h"

#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <ATen/Parallel.h>
#include <torch/version.h>

#include <dlfcn.h>
#include <unistd.h>

#include <mutex>

namespace optimist {

// The linker drops a library that no symbol is taken from, so the CUDA part is opened by name. It
// must be there before LibTorch first asks for it, because the answer is remembered.
void open_cuda() {
    static std::once_flag once;
    std::call_once(once, [] {
        Dl_info info;
        auto address = reinterpret_cast<const void *>(
            static_cast<std::string (*)()>(&at::show_config));
        if (!dladdr(address, &info) || !info.dli_fname) return;
        std::string path(info.dli_fname);
        path = path.substr(0, path.rfind('/') + 1) + "libtorch_cuda.so";
        if (access(path.c_str(), R_OK) == 0) dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
    });
}

at::Device device(int index) {
    if (index < 0) return at::Device(at::kCPU);
    int count = ot_cuda_device_count();
    TORCH_CHECK(index < count, "there is no CUDA device ", index, ", ", count, " were found");
    return at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(index));
}

}  // namespace optimist

int ot_threads(void) { return at::get_num_threads(); }

int ot_set_threads(int count, char **error) {
    OT_DO(TORCH_CHECK(count > 0, "the number of threads is ", count);
          at::set_num_threads(count))
}

char *ot_header_version(void) { return optimist::copied(TORCH_VERSION); }

// Read out of the loaded library's own description of its build.
char *ot_library_version(void) {
    const std::string key = "TORCH_VERSION=";
    std::string text = at::show_config();
    size_t start = text.find(key);
    if (start == std::string::npos) return nullptr;
    start += key.size();
    return optimist::copied(text.substr(start, text.find_first_of(", \n", start) - start));
}

char *ot_cpu_capability(void) { return optimist::copied(at::get_cpu_capability()); }
char *ot_configuration(void) { return optimist::copied(at::show_config()); }

int ot_cuda_device_count(void) {
    optimist::open_cuda();
    try {
        if (!at::globalContext().hasCUDA()) return 0;
        return static_cast<int>(at::detail::getCUDAHooks().deviceCount());
    } catch (...) {
        return 0;
    }
}
