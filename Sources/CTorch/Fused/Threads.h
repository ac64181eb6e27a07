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
#include <memory>
#include <mutex>

namespace optimist::fused {

class Threads {
public:
    /// A piece of work: the item's number, and the seat (below `threads`) of who does it.
    using Body = std::function<void(ptrdiff_t item, ptrdiff_t seat)>;

    /// The one team of this process. It lives until the process ends.
    static Threads &shared();

    /// Runs `body` for every item on up to `threads` threads, the caller's among them, and returns
    /// when all are done.
    ///
    /// Each seat has a share of the items and begins with it, so that what an item left in a core's
    /// cache is found there the next time. Whoever has finished helps the others, and a helper that
    /// the machine did not wake in time is not waited for. A second caller meanwhile works alone.
    void run(ptrdiff_t items, ptrdiff_t threads, const Body &body);

private:
    Threads() = default;
    /// One seat's items that nobody has taken yet, on a cache line of its own.
    struct alignas(64) Share {
        std::atomic<ptrdiff_t> next{0};
        ptrdiff_t end = 0;
    };

    void open(ptrdiff_t count, ptrdiff_t threads, const Body &work);
    void help(ptrdiff_t seat);
    void await(uint64_t seen);
    void take(ptrdiff_t seat);

    std::mutex mutex;
    std::condition_variable wake, done;
    std::atomic<bool> busy{false};
    std::atomic<uint64_t> round{0};     // counts calls; helpers watch it
    std::atomic<ptrdiff_t> working{0};  // helpers inside this round
    ptrdiff_t hired = 0, sleeping = 0;  // under the mutex
    ptrdiff_t seats = 0;                // of this round, under the mutex; 0: it is closed
    ptrdiff_t share_count = 0;          // of this round
    std::unique_ptr<Share[]> shares;
    ptrdiff_t share_capacity = 0;
    const Body *body = nullptr;
};

}  // namespace optimist::fused

#endif
