import Foundation

/// Threads that do one thing each and are waited for without a busy loop.
enum ThreadTeam {
    /// Calls a body once for each number below `count`, all at the same time, and waits for all.
    ///
    /// The first call is made on this thread, the others on threads of their own: real ones, because
    /// a queue would begin no more than there are cores, and the rest only after those have ended.
    /// The body may share nothing between calls but what is made for that.
    static func run(_ count: Int, _ body: @escaping (Int) -> Void) {
        nonisolated(unsafe) let body = body
        let others = DispatchGroup()
        for index in 1..<max(count, 1) {
            others.enter()
            let thread = Thread {
                body(index)
                others.leave()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        if count > 0 { body(0) }
        others.wait()
    }
}
