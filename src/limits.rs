//! Limits that keep a hostile file from costing time or memory, each with its origin.

use std::ops::RangeInclusive;

/// The fields of [`Limits`] with their defaults, and the same by name.
macro_rules! limits {
    ($($(#[$origin:meta])* $name:ident: $kind:ty = $default:expr,)*) => {
        /// Bounds that every reader respects. Raise one where a trusted source needs it.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Limits {
            $($(#[$origin])* pub $name: $kind,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Limits { $($name: $default,)* }
            }
        }

        impl Limits {
            /// Sets the limit of this name to `value`; none when there is no such limit, or
            /// when this machine cannot count so far.
            pub fn set(&mut self, name: &str, value: u64) -> Option<()> {
                match name {
                    $(stringify!($name) => self.$name = value.try_into().ok()?,)*
                    _ => return None,
                }
                Some(())
            }

            /// Every limit by its name, in the order in which they are declared.
            pub fn all(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($name), self.$name as u64),)*]
            }
        }
    };
}

limits! {
    /// Bytes of one document. lopdf holds offsets in 32 bits, so 4 GiB is a hard end.
    document_bytes: u64 = 2 << 30,
    /// Levels of ASN.1 nesting. Real CMS stays below 20; CVE-2025-66031 and
    /// CVE-2023-39914 are what happens without a bound.
    asn1_depth: usize = 64,
    /// Signatures in one document. A 51-signature minutes file is known; EU DSS met 200.
    signatures: usize = 1_000,
    /// Time-stamps inside one signature. A yearly renewal needs one a year; each archive
    /// time-stamp hashes all that came before it.
    signature_timestamps: usize = 200,
    /// Levels of counter-signatures on counter-signatures; EU DSS is known with two.
    counter_signature_depth: usize = 8,
    /// Certificates gathered from one document and its time-stamps.
    certificates: usize = 10_000,
    /// Certificates in one path, as in rustls-webpki plus room for cross-certificates.
    path_length: usize = 10,
    /// Signature checks while one path is searched; the remedy of CVE-2018-16875.
    path_signature_checks: usize = 100,
    /// Complete paths that are judged until one is good. No public suite needs more than
    /// three; each costs its revocation data as well.
    candidate_paths: usize = 20,
    /// Comparisons of names with name constraints while one path is searched, as in BoringSSL
    /// (RUSTSEC-2023-0053 and the limbo cases pathological::nc-dos are why).
    name_comparisons: usize = 1 << 20,
    /// Signers of revocation data whose own revocation is asked about while that of one
    /// certificate is; no public suite needs more than three.
    revocation_questions: usize = 100,
    /// Signatures of revocation data that may fail meanwhile, so that certificates and lists of
    /// one name, without key identifiers, do not become a search of all pairs.
    revocation_failed_checks: usize = 1_000,
    /// Names of one certificate, where names are constrained. A signer has a handful, a server
    /// some hundreds; x509-limbo asks that 2 048 are refused (pathological::nc-dos-3).
    certificate_names: usize = 2_000,
    /// Hash values in one evidence record (RFC 4998 sets none).
    evidence_record_hashes: usize = 1_000_000,
    /// Chains in one evidence record. Each new one hashes all older ones, so that cost grows
    /// with the square; a chain is begun when a digest algorithm weakens, and 6 are known.
    evidence_record_chains: usize = 50,
    /// Archive time-stamps in one evidence record; a yearly renewal needs one a year.
    archive_timestamps: usize = 1_000,
    /// Bytes of one extract of a register that an envelope keeps. Each envelope holds a copy of
    /// its own: a million of them must not hold a million copies of the whole country's register.
    sealed_register_bytes: usize = 16 << 20,
    /// Members of one ASiC container, as in EU DSS.
    zip_members: usize = 1_000,
    /// Unpacked bytes of one ASiC container.
    zip_unpacked_bytes: u64 = 4 << 30,
    /// Unpacked over packed size, judged above 1 MB, as in EU DSS and digidoc4j.
    zip_ratio: u64 = 100,
    /// References in all manifests of one ASiC container: each renewal of a full container names
    /// every member again, and a hundred renewals are centuries.
    manifest_references: usize = 100_000,
    /// Bytes of one XML document that is read as such, and of each canonical form of it. Trusted
    /// lists of more than 4 MB are known.
    xml_bytes: u64 = 64 << 20,
    /// Nodes of one XML document. A trusted list of 2 MB has 48,000.
    xml_nodes: u32 = 2_000_000,
    /// Levels of XML elements. Trusted lists stay below 20.
    xml_depth: u64 = 200,
    /// Attributes of one XML element: the parser compares each with all others.
    xml_attributes: u64 = 250,
    /// Name spaces in scope at one XML element: each declaration copies them all.
    xml_namespaces: u64 = 100,
    /// References of one XML signature, each of which may be to the whole document.
    xml_references: usize = 30,
    /// Revisions of one PDF.
    pdf_revisions: usize = 2_000,
    /// Entries in all cross-reference sections of one PDF together. An atlas of 500,000 objects is known;
    /// each costs 50 bytes.
    pdf_objects: usize = 5_000_000,
    /// Numbers, names, strings, arrays and the like in the objects of one PDF that are kept in
    /// memory, each about 100 bytes: 12 for each object of that atlas, with room.
    pdf_values: usize = 10_000_000,
    /// Steps from object to object while all revisions of one PDF are compared. Each revision
    /// walks the document again; 200 updates of 100,000 objects are 20 million.
    pdf_comparisons: usize = 50_000_000,
    /// Changes of one PDF that are listed. A revision lists 1,000 at most; a form of 200 fields
    /// that is filled in every day for a year makes 73,000.
    pdf_changes: usize = 100_000,
    /// Unpacked bytes of one stream that a PDF is read by or that holds evidence. The largest
    /// CRL known has 80 MB; CVE-2021-31811 is what happens without a bound.
    pdf_stream_bytes: usize = 100_000_000,
    /// Unpacked over packed size of such a stream, judged above 1 MB, as for ZIP. Deflate
    /// reaches 1,032; cross-reference streams stay below 30.
    pdf_stream_ratio: usize = 100,
    /// Bytes of the XML by which a certificate tells how its holder was identified (RFC 7773).
    /// A context with a BankID signature in it stays below 30 kB.
    authentication_context_bytes: usize = 1_000_000,
    /// Nodes of that XML.
    authentication_context_nodes: u32 = 10_000,
    /// Bytes of one file of SAML metadata. That of all federations of eduGAIN has 90 MB.
    identity_provider_metadata_bytes: usize = 200_000_000,
    /// Nodes of that XML; each costs 60 bytes.
    identity_provider_metadata_nodes: u32 = 20_000_000,
    /// Bytes of one extract of a register. That of all Swedish organisations has 1.8 million
    /// rows of 100 bytes.
    register_bytes: usize = 300_000_000,
    /// Rows of one extract of a register.
    register_rows: usize = 3_000_000,
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_limit_is_set_by_its_name() {
        let mut limits = Limits::default();
        for (name, value) in Limits::default().all() {
            limits.set(name, value + 1).unwrap();
        }
        let raised = limits.all().into_iter().zip(Limits::default().all());
        for ((name, raised), (_, default)) in raised {
            assert_eq!(raised, default + 1, "{name}");
        }
        assert_eq!(limits.set("pdf_pages", 1), None);
    }
}
