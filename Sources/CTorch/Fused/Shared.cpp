#include "OptimistShared.h"

namespace {

float load(const float *number) {
    float value;
    __atomic_load(number, &value, __ATOMIC_RELAXED);
    return value;
}

void store(float *number, float value) { __atomic_store(number, &value, __ATOMIC_RELAXED); }

}  // namespace

void ot_shared_read(const float *shared, float *target, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) target[i] = load(shared + i);
}

void ot_shared_write(float *shared, const float *source, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) store(shared + i, source[i]);
}

void ot_shared_add(float *shared, const float *before, const float *after, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) {
        float now = load(shared + i);
        store(shared + i, now == before[i] ? after[i] : now + (after[i] - before[i]));
    }
}
