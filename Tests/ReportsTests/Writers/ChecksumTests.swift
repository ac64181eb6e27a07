import OptimistReports
import Testing

@Suite struct ChecksumTests {
    private let digits = Array("123456789".utf8)

    @Test func `CRC-32C gives the known answers of RFC 3720`() {
        let check = CyclicRedundancyCheck.castagnoli
        #expect(check.checksum(digits) == 0xE306_9283)
        #expect(check.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(check.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(check.checksum((0..<32).map { UInt8($0) }) == 0x46DD_794E)
        #expect(check.checksum([]) == 0)
    }

    @Test func `CRC-32 and Adler-32 give their known answers`() {
        #expect(CyclicRedundancyCheck.ieee.checksum(digits) == 0xCBF4_3926)
        #expect(adler32(digits) == 0x091E_01DE)
        #expect(adler32([UInt8](repeating: 0xFF, count: 100_000)) == 0x149A_302C)
    }
}
