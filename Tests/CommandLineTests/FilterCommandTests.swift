import Foundation
import OptimistCore
import Testing

/// `optimist filter`, run as a user runs it.
@Suite struct FilterCommandTests {
    /// Annual flows of the Nile at Aswan in 10⁸ m³, 1871–1970 (Cobb, 1978).
    private static let flows = [
        1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960,
        1180, 799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694,
        940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764,
        821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822,
        1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050,
        918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
    ]

    private static let nile =
        "year,flow\n" + flows.enumerated().map { "\(1871 + $0),\($1)\n" }.joined()

    /// Runs `optimist filter` beside the given files and hands its run and folder to a closure.
    private func run(
        _ line: String, files: [String: String] = ["nile.csv": nile],
        _ check: (CommandRun, String) throws -> Void
    ) throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in files {
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
        }
        let words = line.split(separator: " ").map(String.init)
        try check(CommandRun(["filter"] + words, in: folder), folder)
    }

    private func json(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test(arguments: ["", "--fit mle", "--fit em"])
    func `the Nile's variances and exact diffuse log likelihood`(fit: String) throws {
        try run("nile.csv --model local-level --smooth --forecast 10 --format json \(fit)") {
            run, _ in
            #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
            let result = try json(run.output)
            let parameters = try #require(result["parameters"] as? [String: [String: Double]])
            #expect(parameters.count == 2)
            let observation = try #require(parameters["observationVariance"])
            let level = try #require(parameters["levelVariance"])
            #expect(abs(try #require(observation["value"]) / 15098.5 - 1) < 2e-4)
            #expect(abs(try #require(level["value"]) / 1469.18 - 1) < 2e-4)
            #expect(abs(try #require(observation["standardError"]) / 3145.55 - 1) < 1e-3)
            #expect(abs(try #require(level["standardError"]) / 1280.37 - 1) < 1e-3)
            let value = try #require(result["logLikelihood"] as? Double)
            #expect(abs(value + 632.5456) < 1e-4)
            #expect(abs(try #require(result["aic"] as? Double) - (4 - 2 * value)) < 1e-9)
            #expect(
                abs(try #require(result["bic"] as? Double) - (2 * log(100) - 2 * value)) < 1e-9)
            for key in ["filtered", "smoothed"] {
                let laws = try #require(result[key] as? [String: Any])
                let means = try #require(laws["means"] as? [[Double]])
                #expect(means.count == 100 && abs(means[99][0] - 798.37) < 0.01)
                let variances = try #require(laws["variances"] as? [[Double]])
                #expect(abs(variances[99][0] - 4032.17) < 0.05)
            }
            let forecast = try #require(result["forecast"] as? [String: Any])
            #expect(try #require(forecast["labels"] as? [String]).last == "1980")
            let ends = try ["lower", "means", "upper"].map {
                try #require(forecast[$0] as? [[Double]])[0][0]
            }
            let half = 1.959964 * (4032.17 + 1469.18 + 15098.52).squareRoot()
            #expect(abs(ends[1] - 798.37) < 0.01)
            #expect(abs(ends[2] - ends[1] - half) < 0.02 && abs(ends[1] - ends[0] - half) < 0.02)
        }
    }

    @Test func `the text tells parameters, likelihood, last rows and forecast`() throws {
        try run("nile.csv --model local-level --forecast 2") { run, _ in
            #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
            for words in ["15098.5", "1469.17", "-632.5456", "1269.09", "1970", "1972"] {
                #expect(run.output.contains(words), "\(words) is not in\n\(run.output)")
            }
            #expect(!run.output.contains("smoothed"))
        }
    }

    @Test func `gaps are filled, also at the ends`() throws {
        let rows = FilterCommandTests.nile.split(separator: "\n").enumerated().map {
            switch $0 {
            case 1: "1871,"
            case 50: "1920,NA"
            case 51: "1921, nan"
            case 100: "1970,"
            default: String($1)
            }
        }
        try run(
            "gaps.csv --model local-level --smooth --format json",
            files: ["gaps.csv": rows.joined(separator: "\r\n")]
        ) { run, _ in
            #expect(run.status == 0, "\(run.errors)")
            let result = try json(run.output)
            #expect(result["observationCount"] as? Int == 96 && result["rows"] as? Int == 100)
            let laws = try #require(result["smoothed"] as? [String: Any])
            let variances = try #require(laws["variances"] as? [[Double]]).map { $0[0] }
            #expect(variances[49] > variances[47] && variances[99] > variances[98])
            // The law before the first number does not exist, and is null.
            let filtered = try #require(result["filtered"] as? [String: Any])
            let means = try #require(filtered["means"] as? [[Any]])
            #expect(means[0][0] is NSNull && means[1][0] is Double)
        }
    }

    @Test func `files hold every row in full precision`() throws {
        let line = "nile.csv --model local-linear-trend --smooth --forecast 3"
        try run("\(line) --output all.csv --plot nile.svg") { run, folder in
            #expect(run.status == 0, "\(run.errors)")
            let text = try String(contentsOfFile: folder + "/all.csv", encoding: .utf8)
            let rows = text.split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
            #expect(rows.count == 104 && rows.allSatisfy { $0.count == rows[0].count })
            #expect(rows[0].prefix(3) == ["year", "flow", "filtered level mean"])
            #expect(rows[103][0] == "1973" && rows[103][1].isEmpty)
            let picture = try String(contentsOfFile: folder + "/nile.svg", encoding: .utf8)
            #expect(picture.hasPrefix("<svg") && picture.contains(">forecast</text>"))
            #expect(picture.count(where: { $0 == "\n" }) > 100)
        }
        try run("\(line) --output all.json --format json") { run, folder in
            let file = try String(contentsOfFile: folder + "/all.json", encoding: .utf8)
            #expect(run.status == 0 && file + "\n" == run.output)
        }
    }

    @Test func `columns are chosen by name, quoted where they hold commas`() throws {
        let file = "t,\"a,b\",c\n" + (0..<30).map { "\($0),\($0 % 4),\($0 % 3)\n" }.joined()
        let line = "d.csv --columns \"a,b\",c --model hmm:2 --covariance full --format json"
        try run(line, files: ["d.csv": file]) { run, _ in
            #expect(run.status == 0, "\(run.errors)")
            let columns = try #require(try json(run.output)["columns"] as? [String])
            #expect(columns == ["a,b", "c"])
        }
        // A times column with a hole is told, and the work goes on.
        let uneven = "t,x\n" + (0..<30).map { "\($0 * $0),\($0 % 4)\n" }.joined()
        try run("u.csv --model local-level", files: ["u.csv": uneven]) { run, _ in
            #expect(run.status == 0)
            #expect(
                run.errors
                    == "optimist: t is not evenly spaced; rows count as equal steps all the same\n")
        }
    }

    @Test func `a model in a file is used as given, and fitted when asked`() throws {
        let model = """
            {"transition": [[1]], "transitionNoise": [["levelVariance"]], "emission": [[1]],
             "emissionNoise": [["observationVariance"]],
             "values": {"levelVariance": 1469.1, "observationVariance": 15099}}
            """
        let files = ["nile.csv": FilterCommandTests.nile, "model.json": model]
        try run("nile.csv --model model.json --format json", files: files) { run, _ in
            let result = try json(run.output)
            #expect((result["parameters"] as? [String: Any])?.isEmpty == true)
            #expect(abs(try #require(result["logLikelihood"] as? Double) + 632.5456251) < 1e-6)
        }
        try run("nile.csv --model model.json --fit mle --format json", files: files) { run, _ in
            let parameters = try #require(try json(run.output)["parameters"] as? [String: Any])
            #expect(parameters.count == 2)
        }
    }

    @Test func `hidden states are fitted by EM, with a path and probabilities`() throws {
        let line = "nile.csv --model hmm:2 --smooth --forecast 5"
        try run("\(line) --format json --plot hmm.svg") { run, folder in
            #expect(run.status == 0, "\(run.errors)")
            let result = try json(run.output)
            #expect(result["method"] as? String == "em" && result["parameterCount"] as? Int == 7)
            let path = try #require(result["path"] as? [Int])
            // The flow fell for good when the old dam was built.
            #expect(path == Array(repeating: 1, count: 28) + Array(repeating: 0, count: 72))
            for key in ["filtered", "smoothed"] {
                let laws = try #require(result[key] as? [String: Any])
                let rows = try #require(laws["probabilities"] as? [[Double]])
                #expect(rows.count == 100 && rows.allSatisfy { abs($0[0] + $0[1] - 1) < 1e-12 })
            }
            let picture = try String(contentsOfFile: folder + "/hmm.svg", encoding: .utf8)
            #expect(picture.contains("smoothed probability"))
        }
        try run(line) { first, _ in
            try run(line) { second, _ in #expect(first.output == second.output) }
        }
    }
}

/// Every bad input is named, with the exit code.
@Suite struct FilterRefusalTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let line: String
        let file: String
        let status: Int32
        let sentence: String
        init(_ line: String, _ file: String, _ status: Int32, _ sentence: String) {
            (self.line, self.file, self.status, self.sentence) = (line, file, status, sentence)
        }
        var testDescription: String { line + " < " + file.prefix(20) }
    }

    static let series = [
        Bad(
            "a.csv", "t,x\n1,2\n2,many\n", 65,
            "a.csv, line 3, column x: \"many\" is not a number; correct it, or leave the cell "
                + "empty for a gap"),
        Bad(
            "a.csv", "", 65,
            "a.csv, line 1: a header with rows of numbers below it is expected"),
        Bad(
            "a.csv", "t,x\n", 65,
            "a.csv, line 1: a header with rows of numbers below it is expected"),
        Bad(
            "a.csv", "1,2\n2,3\n", 65,
            "a.csv, line 1: numbers where the names of the columns are expected; add a header"),
        Bad(
            "a.csv", "t,x\n1,2\n2,3,4\n", 65,
            "a.csv, line 3: 3 cells where the header has 2; give every column a cell, empty for a "
                + "gap"),
        Bad(
            "a.csv", "x,x\n1,2\n", 65,
            "a.csv, line 1: two columns are called \"x\"; rename one"),
        Bad(
            "a.csv --columns y", "t,x\n1,2\n", 65,
            "a.csv, line 1: there is no column y; there are t, x"),
        Bad(
            "a.csv --columns x,x", "t,x\n1,2\n", 65,
            "a.csv: the column x is chosen twice; choose each once"),
        Bad(
            "a.csv --columns t,x", "t,x\n1,2\n2,3\n", 65,
            "a.csv: local-level observes 1 column, and 2 are chosen (t, x); choose 1 with "
                + "--columns"),
        Bad(
            "a.csv", "t,x\n1,\n2,NA\n", 65,
            "a.csv, column x holds no number; choose another with --columns"),
        Bad(
            "a.csv", "t,x\n1,\"2\n", 65,
            "a.csv, line 2: a quote is not closed or stands inside a cell; quote whole cells and "
                + "double the quotes inside them"),
        Bad(
            "a.csv", "t,x\n1,2\n2,2\n3,2\n", 65,
            "a.csv: column x holds one number, 2, in every row; numbers that vary are expected"),
        Bad(
            "a.csv", "t,x\n1,2\n2,3\n", 65,
            "a.csv: 2 numbers cannot determine 3 unknowns of local-level, the parameters and flat "
                + "initial states; give more rows"),
        Bad(
            "a.csv", "t,x\n1,2e200\n2,3\n3,1\n", 65,
            "a.csv: column x has numbers above 1e150, whose squares are too large to compute "
                + "with; give it another unit"),
        Bad("b.csv", "t,x\n1,2\n", 66, "there is no file b.csv"),
        Bad(
            "a.csv --output a.txt", "t,x\n1,2\n", 64,
            "--output cannot be 'a.txt': give a file that ends in .csv or .json"),
        Bad(
            "a.csv --plot a.png", "t,x\n1,2\n", 64,
            "--plot cannot be 'a.png': give a file that ends in .svg"),
        Bad(
            "a.csv --forecast=-1", "t,x\n1,2\n", 64,
            "-1 is out of range for --forecast: allowed is 0 to 100000"),
    ]

    private func expect(_ bad: Bad, files: [String: String], model: String) throws {
        let folder = try CommandRun.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in files {
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
        }
        let words = bad.line.split(separator: " ").map(String.init)
        let run = try CommandRun(["filter"] + words + ["--model", model], in: folder)
        #expect(run.status == bad.status)
        #expect(run.errors == "optimist: \(bad.sentence)\n")
        #expect(run.output.isEmpty)
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: folder)) == Set(files.keys))
    }

    @Test(arguments: series)
    func `a bad series is refused in words, and nothing is left behind`(bad: Bad) throws {
        try expect(bad, files: ["a.csv": bad.file], model: "local-level")
    }

    private static func model(_ part: String) -> String {
        #"{"transition":[[1,1],[0,1]],"emission":[[1,0]],"# + part + "}"
    }

    static let models = [
        Bad(
            "a.csv", "{\"transition\": [[1],\n", 65,
            "m.json, line 2: a value expected, found the end of the file"),
        Bad("a.csv", "[1]", 65, "m.json: the whole is [1] where an object is expected"),
        Bad(
            "a.csv", model(#""emissionNoise":[[1]],"transitionNoise":[[1,2],[2,1]]"#), 65,
            "m.json: transitionNoise is not symmetric and positive semi-definite where a "
                + "covariance matrix is expected"),
        Bad(
            "a.csv", model(#""emissionNoise":[[-1]],"transitionNoise":[[1,0],[0,1]]"#), 65,
            "m.json: emissionNoise is not symmetric and positive semi-definite where a "
                + "covariance matrix is expected"),
        Bad(
            "a.csv", model(#""emissionNoise":[[1]],"transitionNoise":[[1,0.5],[0,1]]"#), 65,
            "m.json: transitionNoise[1][0] is not the same as transitionNoise[0][1] where a "
                + "symmetric matrix is expected"),
        Bad(
            "a.csv", model(#""emissionNoise":[[1]],"transitionNoise":[[1]]"#), 65,
            "m.json: transitionNoise is 1x1 where 2x2 is expected"),
        Bad(
            "a.csv", model(#""emissionNoise":[["r"]],"transitionNoise":[[1,0],[0,1]]"#), 65,
            "m.json: values is without r where a value for every parameter, or the option --fit, "
                + "is expected"),
        Bad(
            "a.csv", model(#""emissionNoise":[[true]],"transitionNoise":[[1,0],[0,1]]"#), 65,
            "m.json: emissionNoise[0][0] is true where a number or a parameter's name is expected"),
        Bad(
            "a.csv",
            model(
                #""initial":{"mean":[0,0],"covariance":[[1,2],[2,1]]},"#
                    + #""emissionNoise":[[1]],"transitionNoise":[[1,0],[0,1]]"#), 65,
            "m.json: initial.covariance is not symmetric and positive semi-definite where a "
                + "covariance matrix is expected"),
        Bad(
            "a.csv", model(#""drift":[1]"#), 65,
            "m.json: drift is given where one of transition, transitionNoise, emission, "
                + "emissionNoise, initial, states, values, name, description, $schema is expected"),
    ]

    @Test(arguments: models)
    func `a bad model names its key`(bad: Bad) throws {
        try expect(bad, files: ["a.csv": "t,x\n1,2\n2,3\n", "m.json": bad.file], model: "m.json")
    }

    @Test func `words that are no model, and models too large for the data`() throws {
        let files = ["a.csv": "t,x\n1,2\n2,3\n3,3.5\n"]
        try expect(
            Bad(
                "a.csv", "", 64,
                "--model cannot be 'level': give local-level, local-linear-trend, "
                    + "constant-velocity, hmm:K such as hmm:3, or a file that ends in .json"),
            files: files, model: "level")
        try expect(
            Bad(
                "a.csv", "", 64,
                "hmm:0 is out of range for --model: allowed is hmm:1 to hmm:64"),
            files: files, model: "hmm:0")
        try expect(
            Bad(
                "a.csv", "", 65,
                "a.csv: 3 rows hold a number, fewer than the 5 states; use fewer states"),
            files: files, model: "hmm:5")
        try expect(Bad("a.csv", "", 66, "there is no file n.json"), files: files, model: "n.json")
    }
}
