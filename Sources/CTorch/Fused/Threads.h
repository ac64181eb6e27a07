// Threads for work that is much shorter than a millisecond.
//
// `at::parallel_for` is a template over OpenMP pragmas: in a file compiled without OpenMP it runs
// on one thread and says nothing, and Swift's compiler has no OpenMP that agrees with LibTorch's.
// These threads are few, take LibTorch's setting as their number, and sleep when there is nothing
// to do: a busy machine does not see them spin.
#ifndef OPTIMIST_FUSED_THREADS_H
#define OPTIMIST_FUSED_THREADS_H

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>

namespace optimist::fused {

class Threads {
public:
    /// A piece of work: the item's number, and the seat (below `threads`) of who does it.
    using Body = std::function<void(ptrdiff_t item, ptrdiff_t seat)>;

    /// The one team of this process. It lives until the process ends.
    static Threads &shared();

    /// Runs `body` for every item on up to `threads` threads, the caller's among them, and returns
    /// when all are done. Whoever is free takes the next item, and a helper that the machine did
    /// not wake in time is not waited for. A second caller meanwhile works alone.
    void run(ptrdiff_t items, ptrdiff_t threads, const Body &body);

private:
    Threads() = default;
    void hire(ptrdiff_t helpers);
    void work();
    bool await(uint64_t seen);
    void take(ptrdiff_t seat);

    std::mutex mutex;
    std::condition_variable wake, done;
    std::atomic<bool> busy{false};
    std::atomic<uint64_t> round{0};       // counts calls; helpers watch it
    std::atomic<ptrdiff_t> next{0};       // the next item
    std::atomic<ptrdiff_t> working{0};    // helpers inside this round
    ptrdiff_t hired = 0, sleeping = 0;    // under the mutex
    ptrdiff_t seats = 0, seated = 0;      // of this round; no seats: it is closed
    ptrdiff_t items = 0;
    const Body *body = nullptr;
};

}  // namespace optimist::fused

#endif
