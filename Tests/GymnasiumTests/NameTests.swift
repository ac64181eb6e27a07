import OptimistEnvironments
import Testing

@Suite struct NameTests {
    @Test func `names are read with and without a module`() throws {
        let plain = try GymnasiumName("gym:HalfCheetah-v5")
        #expect(plain.module == nil && plain.identifier == "HalfCheetah-v5")
        let spaced = try GymnasiumName("gym:ale_py:ALE/Pong-v5")
        #expect(spaced.module == "ale_py" && spaced.identifier == "ALE/Pong-v5")
        #expect(try GymnasiumName("gym:a.b_c:X").module == "a.b_c")
        for text in ["gym:HalfCheetah-v5", "gym:ale_py:ALE/Pong-v5"] {
            #expect(try GymnasiumName(text).description == text)
            #expect(GymnasiumName.isName(text))
        }
        #expect(!GymnasiumName.isName("pendulum"))
    }

    @Test(arguments: [
        "gym:", "gym", "pendulum", "gym::X", "gym:a b:X", "gym:a:b:c", "gym:1a:X", "gym:a..b:X",
        "gym:X Y", "gym:X\n", "gym:os;system:X",
    ])
    func `what is no name is refused`(text: String) {
        let error = #expect(throws: GymnasiumError.self) { try GymnasiumName(text) }
        #expect(error == .badName(text))
        #expect(
            error?.description == "'\(text)' is no name of the form gym:Id or gym:module:Id")
    }

    @Test func `arguments are typed by how they are written`() throws {
        let parsed = try GymnasiumArgument.parse([
            "a=3", "b=-2.5", "c=1e-3", "d=true", "e=False", "f=none", "g=8x8", "h='3'", "i=",
            "j=a=b", "k=0x10", "l=\"none\"", "m=nan",
        ])
        #expect(
            parsed.map(\.key) == "a b c d e f g h i j k l m".split(separator: " ").map(String.init))
        #expect(
            parsed.map(\.value) == [
                .whole(3), .real(-2.5), .real(1e-3), .truth(true), .truth(false), .none,
                .text("8x8"), .text("3"), .text(""), .text("a=b"), .text("0x10"), .text("none"),
                .text("nan"),
            ])
    }

    @Test(arguments: ["map_name", "=3", "a b=3", "3a=3", "é-è=3"])
    func `what is no argument is refused`(text: String) {
        let error = #expect(throws: GymnasiumError.self) { try GymnasiumArgument.parse([text]) }
        #expect(error?.description == "'\(text)' is no argument of the form key=value")
    }
}

@Suite struct InterpreterTests {
    @Test func `Python is looked for in the order that is written down`() throws {
        let folder = try TestFolder()
        let shared = try folder.program("true").path
        try folder.makeFolder("setup/.deps/python/bin")
        try folder.makeFolder("here/.deps/python/bin")
        try folder.makeFolder("bin")
        for place in ["setup/.deps/python/bin", "here/.deps/python/bin", "bin"] {
            try folder.copy(shared, to: place + "/python3")
        }
        func find(_ named: String?, binary: String, folder here: String) throws -> String {
            var variables = ["PATH": "/nowhere:\(folder.path)/bin"]
            variables["OPTIMIST_PYTHON"] = named
            let found = try PythonInterpreter.find(
                variables: variables, binary: folder.path + binary, folder: folder.path + here)
            return found.path.replacing(folder.path, with: "") + " " + found.origin.rawValue
        }
        let setup = "/setup/.build/release/optimist"
        #expect(
            try find(shared, binary: setup, folder: "/here").hasSuffix(" OPTIMIST_PYTHON"))
        #expect(
            try find(nil, binary: setup, folder: "/here")
                == "/setup/.deps/python/bin/python3 make setup")
        #expect(
            try find("", binary: "/other/optimist", folder: "/here")
                == "/here/.deps/python/bin/python3 make setup")
        #expect(
            try find(nil, binary: "/other/optimist", folder: "/other") == "/bin/python3 PATH")
    }

    @Test func `a Python that is not there is an error that says how to get one`() throws {
        let named = #expect(throws: GymnasiumError.self) {
            try PythonInterpreter.find(variables: ["OPTIMIST_PYTHON": "/nowhere/python3"])
        }
        #expect(
            named?.description == """
                no Python to run Gymnasium with (looked at OPTIMIST_PYTHON=/nowhere/python3); \
                run 'make setup', or let OPTIMIST_PYTHON name a python3 that has gymnasium
                """)
        let nowhere = #expect(throws: GymnasiumError.self) {
            try PythonInterpreter.find(
                variables: ["PATH": "/nowhere"], binary: "/a/b", folder: "/c")
        }
        #expect(
            nowhere
                == .pythonNotFound(searched: [
                    "OPTIMIST_PYTHON", "/c/.deps/python/bin/python3", "python3 on PATH",
                ]))
    }

    @Test func `a Python that cannot be started is an error that names it`() throws {
        let folder = try TestFolder()
        let path = try folder.write("broken", Array("no program".utf8))
        var options = folder.options
        options.python = PythonInterpreter(path: path)
        let error = #expect(throws: GymnasiumError.self) {
            try GymnasiumEnvironments(GymnasiumName("gym:Pendulum-v1"), options: options)
        }
        #expect(error == .pythonNotStarted(path: path, reason: "Permission denied"))
        #expect(
            try #require(error).description.contains("run 'make setup', or let OPTIMIST_PYTHON"))
    }

    @Test(.enabled(if: Python.isThere, Python.need))
    func `a Python without gymnasium is an error that says how to get it`() throws {
        let folder = try TestFolder()
        try folder.makeFolder("gymnasium")
        try folder.write(
            "gymnasium/__init__.py", Array("raise ImportError('not installed')".utf8))
        let python = try PythonInterpreter.find().path
        var options = folder.options
        options.python = try folder.program("PYTHONPATH=\(folder.path) exec \(python) \"$@\"")
        let error = #expect(throws: GymnasiumError.self) {
            try GymnasiumEnvironments(GymnasiumName("gym:Pendulum-v1"), options: options)
        }
        let sentence = try #require(error).description
        #expect(sentence.contains("cannot be used for Gymnasium (ImportError: not installed)"))
        #expect(sentence.contains("run 'make setup', or let OPTIMIST_PYTHON name a python3"))
    }

    @Test(.enabled(if: Python.isThere, Python.need))
    func `the versions of Python and its packages are told`() throws {
        let versions = try GymnasiumVersions.probe()
        #expect(versions.python.hasPrefix("3.") && versions.gymnasium.hasPrefix("1."))
        #expect(!versions.numpy.isEmpty)
        #expect(versions.interpreter == (try PythonInterpreter.find()))
    }
}
