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

void Threads::hire(ptrdiff_t helpers) {
    for (; hired < helpers; hired++) std::thread([this] { work(); }).detach();
}

/// Until a round after `seen` has begun.
bool Threads::await(uint64_t seen) {
    auto begun = [&] { return round.load(std::memory_order_acquire) != seen; };
    if (spin(begun)) return true;
    std::unique_lock lock(mutex);
    sleeping++;
    wake.wait(lock, begun);
    sleeping--;
    return true;
}

void Threads::work() {
    uint64_t seen = 0;
    while (await(seen)) {
        std::unique_lock lock(mutex);
        seen = round.load(std::memory_order_relaxed);
        if (seated >= seats) continue;  // too late, or not needed
        ptrdiff_t seat = seated++;
        working.fetch_add(1, std::memory_order_relaxed);
        lock.unlock();
        take(seat);
        lock.lock();
        if (working.fetch_sub(1, std::memory_order_release) == 1) done.notify_one();
    }
}

void Threads::take(ptrdiff_t seat) {
    for (ptrdiff_t item; (item = next.fetch_add(1, std::memory_order_relaxed)) < items;)
        (*body)(item, seat);
}

void Threads::run(ptrdiff_t count, ptrdiff_t threads, const Body &work) {
    bool free = false;
    if (threads < 2 || count < 2 || !busy.compare_exchange_strong(free, true)) {
        for (ptrdiff_t item = 0; item < count; item++) work(item, 0);
        return;
    }
    {
        std::unique_lock lock(mutex);
        hire(threads - 1);
        body = &work;
        items = count;
        next.store(0, std::memory_order_relaxed);
        seats = threads;
        seated = 1;
        round.fetch_add(1, std::memory_order_release);
        if (sleeping > 0) wake.notify_all();
    }
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
