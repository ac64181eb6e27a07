import Foundation
import OptimistCore
import OptimistProbability
import Testing

/// Kinds of marginal likelihood as text and as settings.
@Suite struct MarginalLikelihoodTextTests {
    struct Settings: Configuration {
        @Setting("Marginal likelihood.") var marginal = MarginalLikelihood.standard
        @Setting("Its gradient.") var gradient = MarginalGradient.full
        @Setting("Mutual information.") var information = MutualInformation.contrastive
    }

    @Test func `every kind is read from its text`() throws {
        let kinds: [(MarginalLikelihood, String)] = [
            (.exact, "exact"), (.prior(1), "prior:1"), (.posterior(3), "posterior:3"),
            (.mixture(16), "mixture:16"), (.jackknife(10), "jackknife:10"),
        ]
        for (kind, text) in kinds {
            #expect(kind.rawValue == text && MarginalLikelihood(rawValue: text) == kind)
            let data = try JSONEncoder().encode([kind])
            #expect(String(decoding: data, as: UTF8.self) == "[\"\(text)\"]")
            #expect(try JSONDecoder().decode([MarginalLikelihood].self, from: data) == [kind])
        }
        #expect(MarginalLikelihood.standard.rawValue == "mixture:16")
    }

    @Test(arguments: [
        "", "exact:1", "prior", "prior:", "prior:0", "prior:-2", "mixture:15", "mixture:0",
        "jackknife:1", "prior:2:3", "posterior:1.5", "Mixture:16", "prior:99999999999999999999",
    ])
    func `other texts are none`(text: String) { #expect(MarginalLikelihood(rawValue: text) == nil) }

    @Test func `it is set by name, and a refusal says what is allowed`() throws {
        let changed = try Settings().setting([
            ("marginal", "posterior:8"), ("gradient", "detached"), ("information", "midpoint"),
        ])
        #expect(changed.marginal == .posterior(8) && changed.gradient == .detached)
        #expect(changed.information == .midpoint)
        #expect(Settings.fields[0].defaultValue == .text("mixture:16"))
        #expect(
            throws: ConfigurationError.outOfRange(
                key: "marginal", value: "mixture:15", allowed: MarginalLikelihood.grammar)
        ) { try Settings().setting([("marginal", "mixture:15")]) }
        #expect(throws: ConfigurationError.self) {
            try Settings().setting([("gradient", "half")])
        }
    }
}
