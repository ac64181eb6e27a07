import OptimistCTorch
import OptimistCore

/// The tensor library underneath: its versions, threads and devices.
public enum Engine {
    /// The version of LibTorch that Optimist was compiled against, and the one that was loaded.
    public static var versions: (header: String, library: String) {
        (text(ot_header_version()), text(ot_library_version()))
    }

    /// Refuses a LibTorch of another version than the one compiled against.
    ///
    /// - Throws: `EngineError.versionMismatch` with both versions.
    public static func check() throws(EngineError) {
        try check(header: versions.header, library: versions.library)
    }

    package static func check(header: String, library: String) throws(EngineError) {
        if header != library {
            throw .versionMismatch(header: header, library: library)
        }
    }

    /// The number of threads that one operation may use on the CPU, at least 1.
    ///
    /// Results are bitwise repeatable for a fixed number; another number rounds differently.
    public static var threads: Int {
        get { Int(ot_threads()) }
        set { _ = call("Engine.threads") { ot_set_threads(Int32(clamping: newValue), $0) } }
    }

    /// Whether tensors can live on a CUDA device here.
    public static var cudaIsAvailable: Bool { cudaDeviceCount > 0 }

    /// The number of CUDA devices, 0 where LibTorch was built without CUDA.
    public static var cudaDeviceCount: Int { Int(ot_cuda_device_count()) }

    /// The vector instructions that LibTorch chose on this processor, such as `AVX512`.
    public static var cpuCapability: String { text(ot_cpu_capability()) }

    /// LibTorch's own description of how it was built.
    public static var configuration: String { text(ot_configuration()) }

    /// The number of tensors alive in this process, for tests of leaks.
    public static var liveTensors: Int { Int(ot_live_tensors()) }

    private static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
        guard let pointer else { return "unknown" }
        defer { ot_free_text(pointer) }
        return String(cString: pointer)
    }
}

/// What can be wrong with the engine.
public enum EngineError: Error, Equatable, CustomStringConvertible {
    /// The loaded LibTorch is not the one that Optimist was compiled against.
    case versionMismatch(header: String, library: String)

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .versionMismatch(let header, let library):
            "LibTorch \(library) was loaded, but Optimist was compiled against \(header): "
                + "build it again with LIBTORCH set to the folder of that library, "
                + "or run `make setup`"
        }
    }
}
