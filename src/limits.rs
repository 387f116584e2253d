//! Limits that keep a hostile file from costing time or memory, each with its origin.

use std::ops::RangeInclusive;

/// Bounds that every reader respects. Raise one where a trusted source needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one document. lopdf holds offsets in 32 bits, so 4 GiB is a hard end.
    pub document_bytes: u64,
    /// Levels of ASN.1 nesting. Real CMS stays below 20; CVE-2025-66031 and
    /// CVE-2023-39914 are what happens without a bound.
    pub asn1_depth: usize,
    /// Signatures in one document. A 51-signature minutes file is known; EU DSS met 200.
    pub signatures: usize,
    /// Time-stamps inside one signature. A yearly renewal needs one a year; each archive
    /// time-stamp hashes all that came before it.
    pub signature_timestamps: usize,
    /// Levels of counter-signatures on counter-signatures; EU DSS is known with two.
    pub counter_signature_depth: usize,
    /// Certificates gathered from one document and its time-stamps.
    pub certificates: usize,
    /// Certificates in one path, as in rustls-webpki plus room for cross-certificates.
    pub path_length: usize,
    /// Signature checks while one path is searched; the remedy of CVE-2018-16875.
    pub path_signature_checks: usize,
    /// Complete paths that are judged until one is good. No public suite needs more than
    /// three; each costs its revocation data as well.
    pub candidate_paths: usize,
    /// Comparisons of names with name constraints while one path is searched, as in BoringSSL
    /// (RUSTSEC-2023-0053 and the limbo cases pathological::nc-dos are why).
    pub name_comparisons: usize,
    /// Signers of revocation data whose own revocation is asked about while that of one
    /// certificate is; no public suite needs more than three.
    pub revocation_questions: usize,
    /// Signatures of revocation data that may fail meanwhile, so that certificates and lists of
    /// one name, without key identifiers, do not become a search of all pairs.
    pub revocation_failed_checks: usize,
    /// Names of one certificate, where names are constrained. A signer has a handful, a server
    /// some hundreds; x509-limbo asks that 2 048 are refused (pathological::nc-dos-3).
    pub certificate_names: usize,
    /// Hash values in one evidence record (RFC 4998 sets none).
    pub evidence_record_hashes: usize,
    /// Chains in one evidence record. Each new one hashes all older ones, so that cost grows
    /// with the square; a chain is begun when a digest algorithm weakens, and 6 are known.
    pub evidence_record_chains: usize,
    /// Archive time-stamps in one evidence record; a yearly renewal needs one a year.
    pub archive_timestamps: usize,
    /// Members of one ASiC container, as in EU DSS.
    pub zip_members: usize,
    /// Unpacked bytes of one ASiC container.
    pub zip_unpacked_bytes: u64,
    /// Unpacked over packed size, judged above 1 MB, as in EU DSS and digidoc4j.
    pub zip_ratio: u64,
    /// References in all manifests of one ASiC container: each renewal of a full container names
    /// every member again, and a hundred renewals are centuries.
    pub manifest_references: usize,
    /// Revisions of one PDF.
    pub pdf_revisions: usize,
    /// Entries in all cross-reference sections of one PDF together. An atlas of 500,000 objects is known;
    /// each costs 50 bytes.
    pub pdf_objects: usize,
    /// Unpacked bytes of one stream that a PDF is read by or that holds evidence. The largest
    /// CRL known has 80 MB; CVE-2021-31811 is what happens without a bound.
    pub pdf_stream_bytes: usize,
    /// Unpacked over packed size of such a stream, judged above 1 MB, as for ZIP. Deflate
    /// reaches 1,032; cross-reference streams stay below 30.
    pub pdf_stream_ratio: usize,
    /// Bytes of the XML by which a certificate tells how its holder was identified (RFC 7773).
    /// A context with a BankID signature in it stays below 30 kB.
    pub authentication_context_bytes: usize,
    /// Nodes of that XML.
    pub authentication_context_nodes: u32,
    /// Bytes of one file of SAML metadata. That of all federations of eduGAIN has 90 MB.
    pub identity_provider_metadata_bytes: usize,
    /// Nodes of that XML; each costs 60 bytes.
    pub identity_provider_metadata_nodes: u32,
}

impl Limits {
    /// Bits of an RSA modulus that is computed with. 512 is the least that real archives hold;
    /// 16384 is where OpenSSL stops (`OPENSSL_RSA_MAX_MODULUS_BITS`), lest one check take
    /// seconds.
    pub const RSA_MODULUS_BITS: RangeInclusive<u32> = 512..=16_384;
    /// Bits of a public exponent, where ring and the rsa crate stop. Time grows with the
    /// exponent, and no issuer is known to use a larger one.
    pub const RSA_EXPONENT_BITS: u32 = 33;
    /// Bits of the prime p of DSA: from the least that FIPS 186-1 allowed to where OpenSSL stops
    /// (`OPENSSL_DSA_MAX_MODULUS_BITS`), lest one check take seconds.
    pub const DSA_PRIME_BITS: RangeInclusive<u32> = 512..=10_000;
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            document_bytes: 2 << 30,
            asn1_depth: 64,
            signatures: 1_000,
            signature_timestamps: 200,
            counter_signature_depth: 8,
            certificates: 10_000,
            path_length: 10,
            path_signature_checks: 100,
            candidate_paths: 20,
            name_comparisons: 1 << 20,
            certificate_names: 2_000,
            revocation_questions: 100,
            revocation_failed_checks: 1_000,
            evidence_record_hashes: 1_000_000,
            evidence_record_chains: 50,
            archive_timestamps: 1_000,
            zip_members: 1_000,
            zip_unpacked_bytes: 4 << 30,
            zip_ratio: 100,
            manifest_references: 100_000,
            pdf_revisions: 2_000,
            pdf_objects: 5_000_000,
            pdf_stream_bytes: 100_000_000,
            pdf_stream_ratio: 100,
            authentication_context_bytes: 1_000_000,
            authentication_context_nodes: 10_000,
            identity_provider_metadata_bytes: 200_000_000,
            identity_provider_metadata_nodes: 20_000_000,
        }
    }
}
