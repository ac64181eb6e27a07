import Foundation
import OptimistEnvironments
import Testing

/// A program in Python's place answers the first command with bytes of its own.
@Suite struct ProtocolTests {
    /// A frame of a kind, a stated length and a body, as octal escapes for `printf`.
    private static func frame(_ kind: UInt32, length: Int? = nil, _ body: [UInt8]) -> String {
        var bytes: [UInt8] = []
        for number in [kind, UInt32(length ?? body.count)] {
            withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
        }
        return (bytes + body).map { "\\" + String(Int($0) | 0o1000, radix: 8).dropFirst() }
            .joined()
    }

    private static func greeting(
        _ observation: String, _ action: String = #"{"kind":"discrete","shape":[],"counts":[2]}"#,
        bounds: [Float] = []
    ) -> [UInt8] {
        let text = Array(
            """
            {"observation":\(observation),"action":\(action),"identifier":"X",\
            "nondeterministic":false,"timeLimit":null,"renderer":null}
            """.utf8)
        var bytes: [UInt8] = []
        withUnsafeBytes(of: UInt32(text.count).littleEndian) { bytes += $0 }
        bytes += text
        for bound in bounds { withUnsafeBytes(of: bound) { bytes += $0 } }
        return bytes
    }

    private func refusal(of output: String, then rest: String = "cat > /dev/null") throws -> String
    {
        let folder = try TestFolder()
        var options = folder.options
        options.python = try folder.program("printf '\(output)'\n\(rest)")
        options.startLimit = 20
        let error = #expect(throws: GymnasiumError.self) {
            try GymnasiumEnvironments(GymnasiumName("gym:X"), options: options)
        }
        return try #require(error).description
    }

    @Test func `frames that the protocol does not know are refused`() throws {
        let start = "gym:X: the worker's answer is not understood: "
        let cases: [(String, String)] = [
            (Self.frame(7, []), "a reply of kind 7"),
            (
                Self.frame(100, length: 1 << 30, []),
                "it has 1073741824 bytes, most are 268435456"
            ),
            (Self.frame(100, []), "it ends 4 bytes early"),
            (Self.frame(100, [200, 0, 0, 0, 1]), "it ends 199 bytes early"),
            (Self.frame(100, [255, 255, 255, 255]), "it ends 4294967295 bytes early"),
            (Self.frame(100, [1, 0, 0, 0, 65]), "it holds no Facts"),
            (Self.frame(101, [65, 66]), "it holds no WorkerFailure"),
            (Self.frame(100, []) + "extra", "5 bytes more than its length says"),
        ]
        for (output, reason) in cases {
            let sentence = try refusal(of: output)
            #expect(sentence.hasPrefix(start + reason), "\(sentence)")
        }
    }

    @Test(arguments: [
        (#"{"kind":"box","shape":[2]}"#, [Float(0), 0, 1], "it ends 4 bytes early"),
        (#"{"kind":"box","shape":[1]}"#, [1, 0], "a box with a low bound above its high bound"),
        (#"{"kind":"box","shape":[1]}"#, [.nan, 0], "a box with a low bound above its high bound"),
        (#"{"kind":"box","shape":[1]}"#, [0, 1, 2], "4 bytes too many"),
        (#"{"kind":"box","shape":[0]}"#, [], "a space of shape [0]"),
        (#"{"kind":"bytes","shape":[-3]}"#, [], "a space of shape [-3]"),
        (#"{"kind":"bytes","shape":[4294967296,4294967296]}"#, [], "a space of shape"),
        (#"{"kind":"bytes","shape":[100000,100000]}"#, [], "a space of shape"),
        (#"{"kind":"discrete","shape":[]}"#, [], "a space with counts []"),
        (#"{"kind":"discrete","shape":[],"counts":[0]}"#, [], "a space with counts [0]"),
        (#"{"kind":"multiDiscrete","shape":[2],"counts":[3]}"#, [], "a space with counts [3]"),
        (#"{"kind":"graph","shape":[2]}"#, [], "a space of kind 'graph'"),
    ])
    func `spaces that make no sense are refused`(
        space: String, bounds: [Float], reason: String
    ) throws {
        let body = Self.greeting(space, bounds: bounds)
        let sentence = try refusal(of: Self.frame(100, body))
        #expect(sentence.contains("is not understood: \(reason)"), "\(sentence)")
    }

    @Test func `a worker that ends at once or in the middle of a frame is told`() throws {
        #expect(
            try refusal(of: "", then: "echo no gymnasium here >&2; exit 3") == """
                gym:X: the worker left with code 3; Python's last lines:
                    no gymnasium here
                """)
        #expect(
            try refusal(of: "abcdefg", then: "kill -SEGV $$").hasPrefix(
                "gym:X: the worker was ended by signal 11"))
    }

    @Test func `a flood of messages neither blocks nor grows without end`() throws {
        let sentence = try refusal(of: "", then: "seq 1 500000 >&2; exit 4")
        #expect(sentence.hasPrefix("gym:X: the worker left with code 4"))
        #expect(sentence.hasSuffix("    499999\n    500000"))
        #expect(sentence.utf8.count < 1000)
    }

    @Test(.enabled(if: Python.isThere, Python.need))
    func `extra numbers of copies or names that are not there are refused`() throws {
        let folder = try TestFolder()
        for (body, reason) in [
            ("struct.pack('<II', 5, 0)", "extra numbers 0 of copy 5"),
            ("struct.pack('<II', 0, 9)", "extra numbers 9 of copy 0"),
            ("struct.pack('<IIB', 0xFFFFFFFF, 1, 65)", "it holds no Array<String>"),
            ("struct.pack('<II', 0xFFFFFFFF, 77)", "it ends 77 bytes early"),
            ("b'abc'", "it ends 1 bytes early"),
        ] {
            // A module may reach into the program that runs it: this one answers in its place.
            let text = """
                import sys, struct
                from environments import *
                main = sys.modules["__main__"]
                main.Copies.step = lambda self: \(body)
                """
            try folder.write("liar.py", Array(text.utf8))
            let world = try GymnasiumEnvironments(
                GymnasiumName("gym:liar:OptimistTest/Trouble-v0"), options: folder.options)
            let error = try #require(world.errorWhenStepping())
            #expect(error.description.contains("is not understood: \(reason)"), "\(error)")
        }
    }
}
