#if canImport(Glibc)
    import Glibc
#endif

extension [Double] {
    /// Numbers that are written before they are read.
    ///
    /// A large array comes from the system page by page, and to be interrupted for each page costs
    /// more than a pass of the filter. On Linux large pages are asked for, which are far fewer. It
    /// is advice: a system that does not follow it goes on page by page.
    init(uninitialized count: Int) {
        self.init(unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = count
            #if canImport(Glibc)
                let (page, largePage) = (1 << 12, 1 << 21)
                let bytes = UnsafeMutableRawBufferPointer(buffer)
                guard let start = bytes.baseAddress, bytes.count >= 2 * largePage else { return }
                let skipped = -Int(bitPattern: start) & (page - 1)
                madvise(start + skipped, (bytes.count - skipped) & -page, MADV_HUGEPAGE)
            #endif
        }
    }
}
