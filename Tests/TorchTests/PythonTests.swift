import Foundation
import OptimistTorch
import Testing

/// The Python that has `safetensors` and `numpy`, if any.
enum Python {
    static let path: String? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let candidates: [String?] = [
            ProcessInfo.processInfo.environment["OPTIMIST_PYTHON"],
            package.appending(path: ".deps/python/bin/python3").path,
        ]
        return candidates.compactMap { $0 }.first { path in
            FileManager.default.isExecutableFile(atPath: path)
                && (try? run(path, "import numpy, safetensors.numpy", [])) == 0
        }
    }()

    static func run(_ path: String, _ script: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["-c", script] + arguments
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

@Suite(
    .enabled(
        if: Python.path != nil,
        "needs OPTIMIST_PYTHON or .deps/python with the packages safetensors and numpy"))
struct PythonTests {
    @Test func `Python reads what is written here`() throws {
        let file = TemporaryFile()
        let archive = Archive()
        archive.store(Tensor([1.5, -2], shape: [2, 1]), as: "double")
        archive.store(Tensor([1, 2, 3] as [Float]), as: "float")
        archive.store(Tensor([-5, 5]), as: "integer")
        archive.store(Tensor([7] as [UInt8]), as: "byte")
        archive.store(Tensor([true, false]), as: "mask")
        archive.store(Tensor.zeros([0, 2]), as: "empty")
        archive.store(Tensor(4.5), as: "number")
        archive.store("é \"x\" \\ \u{1}", as: "text")
        try archive.write(to: file.path)
        let script = """
            import json, sys, numpy as np
            from safetensors import safe_open
            with safe_open(sys.argv[1], "np") as f:
                t = {k: f.get_tensor(k) for k in f.keys()}
                m = f.metadata()
            assert sorted(t) == sorted("double float integer byte mask empty number".split())
            assert t["double"].dtype == np.float64 and t["double"].tolist() == [[1.5], [-2.0]]
            assert t["float"].dtype == np.float32 and t["float"].tolist() == [1, 2, 3]
            assert t["integer"].dtype == np.int64 and t["integer"].tolist() == [-5, 5]
            assert t["byte"].dtype == np.uint8 and t["byte"].tolist() == [7]
            assert t["mask"].dtype == np.bool_ and t["mask"].tolist() == [True, False]
            assert t["empty"].shape == (0, 2) and t["number"].shape == () and t["number"] == 4.5
            assert m["optimist.format"] == "1" and json.loads(m["text"]) == 'é "x" \\\\ \\x01'
            """
        #expect(try Python.run(Python.path!, script, [file.path]) == 0)
    }

    @Test func `what Python writes is read here`() throws {
        let file = TemporaryFile()
        let script = """
            import sys, numpy as np
            from safetensors.numpy import save_file
            save_file({
                "double": np.array([[0.1], [-np.inf]]), "float": np.arange(3, dtype=np.float32),
                "half": np.array([1.5, -65504, 6e-8], dtype=np.float16),
                "integer": np.array([-2**63, 2**63 - 1]), "byte": np.array([255], dtype=np.uint8),
                "mask": np.array([True, False]), "empty": np.zeros((2, 0), dtype=np.float32),
                "number": np.array(3.0), "é": np.array([1.0]),
            }, sys.argv[1], metadata={"who": 'Python "3"'})
            """
        #expect(try Python.run(Python.path!, script, [file.path]) == 0)
        let content = try SafetensorsFile.read(file.path)
        let found = Dictionary(uniqueKeysWithValues: content.tensors.map { ($0.name, $0.tensor) })
        #expect(found.count == 9)
        #expect(content.metadata.map(\.value) == ["Python \"3\""])
        #expect(found["double"]?.doubles() == [0.1, -.infinity])
        #expect(found["double"]?.shape == [2, 1])
        #expect(found["float"]?.floats() == [0, 1, 2])
        #expect(found["half"]?.elementType == .float32)
        #expect(found["half"]?.floats() == [1.5, -65504, 0x1p-24])
        #expect(found["integer"]?.integers() == [Int.min, Int.max])
        #expect(found["byte"]?.bytes() == [255])
        #expect(found["mask"]?.booleans() == [true, false])
        #expect(found["empty"]?.shape == [2, 0])
        #expect(found["number"]?.item() == 3)
        #expect(found["é"]?.item() == 1)
    }
}
