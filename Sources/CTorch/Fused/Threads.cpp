#include "Threads.h"

#include <chrono>
#include <thread>

namespace optimist::fused {

namespace {

void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

/// Waits a little without giving up the core, because the parts of one training step follow each
/// other within microseconds. True once `ready` is.
template <typename Ready>
bool spin(const Ready &ready) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::microseconds(40);
    do {
        for (int i = 0; i < 16; i++) {
            if (ready()) return true;
            relax();
        }
    } while (Clock::now() < end);
    return ready();
}

}  // namespace

Threads &Threads::shared() {
    static Threads *team = new Threads;  // never destroyed: helpers may outlive main
    return *team;
}

/// Until a round after `seen` has begun.
void Threads::await(uint64_t seen) {
    auto begun = [&] { return round.load(std::memory_order_acquire) != seen; };
    if (spin(begun)) return;
    std::unique_lock lock(mutex);
    sleeping++;
    wake.wait(lock, begun);
    sleeping--;
}

void Threads::help(ptrdiff_t seat) {
    for (uint64_t seen = 0;;) {
        await(seen);
        std::unique_lock lock(mutex);
        seen = round.load(std::memory_order_relaxed);
        if (seat >= seats) continue;  // too late, or not needed
        working.fetch_add(1, std::memory_order_relaxed);
        lock.unlock();
        take(seat);
        lock.lock();
        if (working.fetch_sub(1, std::memory_order_release) == 1) done.notify_one();
    }
}

void Threads::take(ptrdiff_t seat) {
    for (ptrdiff_t i = 0; i < share_count; i++) {
        Share &share = shares[(seat + i) % share_count];
        for (ptrdiff_t item;
             (item = share.next.fetch_add(1, std::memory_order_relaxed)) < share.end;)
            (*body)(item, seat);
    }
}

void Threads::open(ptrdiff_t count, ptrdiff_t threads, const Body &work) {
    std::unique_lock lock(mutex);
    for (; hired < threads - 1; hired++)
        std::thread([this, seat = hired + 1] { help(seat); }).detach();
    if (share_capacity < threads) {
        shares = std::make_unique<Share[]>(threads);
        share_capacity = threads;
    }
    for (ptrdiff_t seat = 0; seat < threads; seat++) {
        shares[seat].next.store(seat * count / threads, std::memory_order_relaxed);
        shares[seat].end = (seat + 1) * count / threads;
    }
    body = &work;
    share_count = seats = threads;
    round.fetch_add(1, std::memory_order_release);
    if (sleeping > 0) wake.notify_all();
}

void Threads::run(ptrdiff_t count, ptrdiff_t threads, const Body &work) {
    bool free = false;
    if (threads < 2 || count < 2 || !busy.compare_exchange_strong(free, true)) {
        for (ptrdiff_t item = 0; item < count; item++) work(item, 0);
        return;
    }
    open(count, threads, work);
    take(0);
    {
        std::unique_lock lock(mutex);
        seats = 0;
    }
    auto finished = [&] { return working.load(std::memory_order_acquire) == 0; };
    if (!spin(finished)) {
        std::unique_lock lock(mutex);
        done.wait(lock, finished);
    }
    busy.store(false);
}

}  // namespace optimist::fused
