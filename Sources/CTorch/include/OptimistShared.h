// Numbers that several threads read and write without locks: relaxed atomic loads and stores, so that
// no value is ever torn, and one may be lost where two threads write at once.
#ifndef OPTIMIST_SHARED_H
#define OPTIMIST_SHARED_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Copies the shared numbers as they are at the moment each is read.
void ot_shared_read(const float *shared, float *target, ptrdiff_t count);

// Replaces the shared numbers.
void ot_shared_write(float *shared, const float *source, ptrdiff_t count);

// Changes the shared numbers by what takes `before` to `after`: to exactly `after` where nobody has
// changed them since they were `before`.
void ot_shared_add(float *shared, const float *before, const float *after, ptrdiff_t count);

#ifdef __cplusplus
}
#endif
#endif
