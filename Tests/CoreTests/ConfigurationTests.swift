import OptimistCore
import Testing

private struct Inner: Configuration {
    enum Kind: String, SettingValue, CaseIterable { case cem, mppi }
    @Setting("Steps planned ahead.", 1...1000) var horizon = 25
    @Setting("Which planner.") var kind = Kind.cem
}

private struct Outer: Configuration {
    @Setting("Members.", 1...64) var members = 5
    @Setting("Step size.", 0.0...1) var rate = 1e-3
    @Setting("Widths of hidden layers.", 1...4096) var hidden = [200, 200]
    @Setting("A limit, or none.", 1...) var limit: Int? = nil
    @Setting("Whether to stop early.") var early = false
    var planner = Inner()
}

@Suite struct ConfigurationTests {
    @Test func `fields are described in order with dotted keys`() {
        #expect(
            Outer.fields.map(\.key) == [
                "members", "rate", "hidden", "limit", "early", "planner.horizon", "planner.kind",
            ])
        #expect(Outer.fields[0].constraint.description == "1 to 64")
        #expect(Outer.fields[6].constraint.description == "cem, mppi")
        #expect(Outer.fields[2].defaultValue == .list([.number(200), .number(200)]))
    }

    @Test func `assignments replace values and leave the others`() throws {
        let changed = try Outer().setting([
            ("planner.horizon", "7"), ("planner.kind", "mppi"), ("hidden", "[3, 4]"),
            ("limit", "9"), ("rate", "1e-2"), ("early", "true"),
        ])
        #expect(changed.planner.horizon == 7 && changed.planner.kind == .mppi)
        #expect(changed.hidden == [3, 4] && changed.limit == 9 && changed.rate == 0.01)
        #expect(changed.early && changed.members == 5)
        #expect(try changed.setting([("limit", "none")]).limit == nil)
        #expect(try Outer().merging(JSONValue(encoding: changed)) == changed)
    }

    @Test(arguments: [
        (
            "planner.horizn", "7",
            "there is no setting 'planner.horizn'; did you mean 'planner.horizon'?"
        ),
        (
            "horizon", "7",
            "there is no setting 'horizon'; did you mean 'planner.horizon'?"
        ),
        ("xyzzy", "7", "there is no setting 'xyzzy'"),
        ("members", "65", "65 is out of range for 'members': allowed is 1 to 64"),
        ("members", "1.5", "'1.5' is no value for 'members': expected whole number"),
        ("hidden", "3,0", "0 is out of range for 'hidden': allowed is 1 to 4096"),
        ("limit", "0", "0 is out of range for 'limit': allowed is 1 or more, or none"),
        ("planner.kind", "icem", "icem is out of range for 'planner.kind': allowed is cem, mppi"),
        ("rate", "nan", "'nan' is no value for 'rate': expected number"),
    ])
    func `what cannot be set is refused in words`(key: String, value: String, sentence: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try Outer().setting([(key, value)])
        }
        #expect(error?.description == sentence)
    }

    @Test func `a refusal names keys as they were typed`() {
        let unknown = ConfigurationError.unknownKey("evry", nearest: "every")
        #expect(
            unknown.renamingKeys { "run." + $0 }.description
                == "there is no setting 'run.evry'; did you mean 'run.every'?")
        let refused = ConfigurationError.outOfRange(key: "timeLimit", value: "0", allowed: "any")
        #expect(
            refused.renamingKeys { _ in "time-limit" }
                == .outOfRange(key: "time-limit", value: "0", allowed: "any"))
        #expect(
            ConfigurationError.inconsistent("both").renamingKeys { "run." + $0 }
                == .inconsistent("both"))
    }

    @Test func `a configuration made in code is checked as a file is`() throws {
        try Outer().check()
        var broken = Outer()
        broken.rate = .nan
        #expect(
            throws: ConfigurationError.wrongKind(key: "rate", value: "nan", expected: "number")
        ) { try broken.check() }
        broken = Outer()
        broken.planner.horizon = 0
        #expect(
            throws: ConfigurationError.outOfRange(
                key: "planner.horizon", value: "0", allowed: "1 to 1000")
        ) { try broken.check() }
    }
}
