//! Until when algorithms can be relied upon (EN 319 102-1, 5.1.4.4; ETSI TS 119 312).

mod file;
mod table;
mod ts_119_322;

use super::algorithm::{AlgorithmIdentifier, SignatureAlgorithm};
use super::digest::DigestAlgorithm;
use super::public_key::{KeyAlgorithm, PublicKey};
use crate::time::UnixTime;
use std::borrow::Cow;
use std::fmt;

/// The cryptographic constraints of a policy: plain data, free to be changed.
///
/// An algorithm is reliable at a time that lies strictly before its end. All ends are told,
/// also those after [`update_date`](Self::update_date), which are forecasts that a policy may
/// take for warnings only.
///
/// ```
/// use sigill::crypto::{CryptographicSuite, DigestAlgorithm, Reliability};
/// use sigill::UnixTime;
/// let suite = CryptographicSuite::default();
/// let sealed = UnixTime::from_rfc3339("2016-05-04T12:00:00Z").unwrap();
/// let end = suite.digest_end(DigestAlgorithm::Sha1);
/// assert_eq!(end.to_string(), "sha1, 2012-08-01, ETSI TS 119 312 V1.5.1 (EU DSS 6.4)");
/// assert!(matches!(end.end.reliability(sealed), Reliability::UnreliableSince(_)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CryptographicSuite {
    /// The document that the rows come from.
    pub source: Cow<'static, str>,
    /// When its authors last looked at it.
    pub update_date: UnixTime,
    /// Ends of digest algorithms.
    pub digests: Vec<DigestRow>,
    /// Ends of signature schemes by size of key.
    pub schemes: Vec<SchemeRow>,
}

/// Until when a digest algorithm can be relied upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestRow {
    /// The algorithm.
    pub digest: DigestAlgorithm,
    /// Its end.
    pub end: End,
    /// Where the row comes from.
    pub source: Cow<'static, str>,
}

/// Until when a signature scheme can be relied upon with keys of at least this size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeRow {
    /// The scheme.
    pub scheme: Scheme,
    /// The only digest that this row speaks of; `None` for any that has no row of its own.
    pub digest: Option<DigestAlgorithm>,
    /// The least size of key that this row speaks of, up to that of the next row: bits of the
    /// modulus, prime or field, and for ML-DSA the number of the parameter set, such as 65.
    pub minimum_size: u32,
    /// Its end.
    pub end: End,
    /// Where the row comes from.
    pub source: Cow<'static, str>,
}

/// A signature scheme apart from its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1,
    /// RSASSA-PSS; the digest inside MGF1 needs no strength of its own (RFC 8017, 8.1).
    RsaPss,
    /// DSA.
    Dsa,
    /// ECDSA, also with plain signatures.
    Ecdsa,
    /// Ed25519 and Ed448.
    EdDsa,
    /// ML-DSA.
    MlDsa,
}

/// When an algorithm ceases to be reliable. The lesser value is the more cautious one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// The suite does not know it, so it never was reliable.
    NotListed,
    /// Reliable until just before this time.
    At(UnixTime),
    /// No end is foreseen.
    Never,
}

/// Whether an algorithm is reliable at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reliability {
    /// It is.
    Reliable,
    /// It has not been since this time.
    UnreliableSince(UnixTime),
    /// The suite does not know it, which never counts as reliable.
    NotListed,
}

/// Until when an algorithm can be relied upon, and by which row of the suite.
///
/// The lesser value is the more cautious one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlgorithmEnd {
    /// Its end.
    pub end: End,
    /// The algorithm, such as `sha1` or `ECDSA P-192`.
    pub algorithm: String,
    /// The size of the key in bits, where that is part of the answer.
    pub bits: Option<u32>,
    /// Where the row comes from, or the suite itself where it has none.
    pub source: Cow<'static, str>,
}

impl CryptographicSuite {
    /// Until when `digest` can be relied upon.
    pub fn digest_end(&self, digest: DigestAlgorithm) -> AlgorithmEnd {
        let row = self.digests.iter().find(|row| row.digest == digest);
        AlgorithmEnd {
            end: row.map_or(End::NotListed, |row| row.end),
            algorithm: digest.name().to_owned(),
            bits: None,
            source: row.map_or(&self.source, |row| &row.source).clone(),
        }
    }

    /// Until when a signature of `key` can be relied upon: the earlier end of its digest and of
    /// its scheme at this size of key.
    pub fn signature_end(&self, algorithm: &SignatureAlgorithm, key: &PublicKey) -> AlgorithmEnd {
        let end = self.scheme_end(Scheme::of(algorithm), algorithm.digest(), key);
        match algorithm.digest() {
            Some(digest) => end.min(self.digest_end(digest)),
            None => end,
        }
    }

    /// As [`signature_end`](Self::signature_end) for the algorithm that `identifier` names
    /// together with `digest`; one that sigill does not know is not listed.
    pub fn identified_end(
        &self,
        identifier: &AlgorithmIdentifier,
        digest: Option<DigestAlgorithm>,
        key: &PublicKey,
    ) -> AlgorithmEnd {
        match SignatureAlgorithm::identify(identifier, digest) {
            Some(algorithm) => self.signature_end(&algorithm, key),
            None => self.not_listed(identifier.oid.to_string()),
        }
    }

    /// Until when any signature made with `key` can be relied upon, whatever its digest.
    pub fn key_end(&self, key: &PublicKey) -> AlgorithmEnd {
        let schemes: &[Scheme] = match key.algorithm {
            KeyAlgorithm::Rsa => &[Scheme::RsaPkcs1, Scheme::RsaPss],
            KeyAlgorithm::RsaPss => &[Scheme::RsaPss],
            KeyAlgorithm::EllipticCurve(_) => &[Scheme::Ecdsa],
            KeyAlgorithm::Ed25519 | KeyAlgorithm::Ed448 => &[Scheme::EdDsa],
            KeyAlgorithm::Dsa => &[Scheme::Dsa],
            KeyAlgorithm::MlDsa44 | KeyAlgorithm::MlDsa65 | KeyAlgorithm::MlDsa87 => {
                &[Scheme::MlDsa]
            }
            KeyAlgorithm::Unknown(_) => &[],
        };
        let digests = DigestAlgorithm::ALL.map(Some);
        let ends = schemes.iter().flat_map(|scheme| {
            let digests = [None].into_iter().chain(digests);
            digests.map(|digest| self.scheme_end(*scheme, digest, key))
        });
        ends.max()
            .unwrap_or_else(|| self.not_listed(key.algorithm.name()))
    }

    /// The answer for an algorithm of which no row speaks.
    pub fn not_listed(&self, algorithm: String) -> AlgorithmEnd {
        AlgorithmEnd {
            end: End::NotListed,
            algorithm,
            bits: None,
            source: self.source.clone(),
        }
    }

    fn scheme_end(
        &self,
        scheme: Scheme,
        digest: Option<DigestAlgorithm>,
        key: &PublicKey,
    ) -> AlgorithmEnd {
        let row = self.scheme_row(scheme, digest, size(key));
        AlgorithmEnd {
            end: row.map_or(End::NotListed, |row| row.end),
            algorithm: match &key.algorithm {
                KeyAlgorithm::EllipticCurve(curve) => format!("{} {}", scheme.name(), curve.name()),
                KeyAlgorithm::Rsa | KeyAlgorithm::RsaPss | KeyAlgorithm::Dsa => {
                    scheme.name().to_owned()
                }
                other => other.name(),
            },
            bits: Some(key.bits).filter(|bits| *bits > 0),
            source: row.map_or(&self.source, |row| &row.source).clone(),
        }
    }

    /// The row of the largest size that `size` reaches: of this digest, where it has rows of its
    /// own, and of any digest otherwise.
    fn scheme_row(
        &self,
        scheme: Scheme,
        digest: Option<DigestAlgorithm>,
        size: u32,
    ) -> Option<&SchemeRow> {
        let rows = |digest: Option<DigestAlgorithm>| {
            let rows = self.schemes.iter();
            rows.filter(move |row| row.scheme == scheme && row.digest == digest)
        };
        let own = digest.filter(|_| rows(digest).next().is_some());
        rows(own)
            .filter(|row| row.minimum_size <= size)
            .max_by_key(|row| row.minimum_size)
    }
}

/// The size of a key as rows count it.
fn size(key: &PublicKey) -> u32 {
    match key.algorithm {
        KeyAlgorithm::MlDsa44 => 44,
        KeyAlgorithm::MlDsa65 => 65,
        KeyAlgorithm::MlDsa87 => 87,
        _ => key.bits,
    }
}

impl fmt::Display for AlgorithmEnd {
    /// The facts in a row, without words: algorithm, size, end and source.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.algorithm)?;
        if let Some(bits) = self.bits {
            write!(f, " ({bits})")?;
        }
        if let End::At(end) = self.end {
            write!(f, ", {}", end.date())?;
        }
        write!(f, ", {}", self.source)
    }
}

impl End {
    /// Reliable if and only if the end is strictly after `at`.
    pub fn reliability(self, at: UnixTime) -> Reliability {
        match self {
            End::Never => Reliability::Reliable,
            End::At(end) if end > at => Reliability::Reliable,
            End::At(end) => Reliability::UnreliableSince(end),
            End::NotListed => Reliability::NotListed,
        }
    }
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Scheme; 6] = [
        Scheme::RsaPkcs1,
        Scheme::RsaPss,
        Scheme::Dsa,
        Scheme::Ecdsa,
        Scheme::EdDsa,
        Scheme::MlDsa,
    ];

    /// The name for reports and files, such as `RSA-PKCS1`.
    pub fn name(self) -> &'static str {
        match self {
            Scheme::RsaPkcs1 => "RSA-PKCS1",
            Scheme::RsaPss => "RSA-PSS",
            Scheme::Dsa => "DSA",
            Scheme::Ecdsa => "ECDSA",
            Scheme::EdDsa => "EdDSA",
            Scheme::MlDsa => "ML-DSA",
        }
    }

    /// The scheme of a signature algorithm.
    pub fn of(algorithm: &SignatureAlgorithm) -> Self {
        match algorithm {
            SignatureAlgorithm::RsaPkcs1 { .. } => Scheme::RsaPkcs1,
            SignatureAlgorithm::RsaPss { .. } => Scheme::RsaPss,
            SignatureAlgorithm::Dsa { .. } => Scheme::Dsa,
            SignatureAlgorithm::Ecdsa { .. } | SignatureAlgorithm::PlainEcdsa { .. } => {
                Scheme::Ecdsa
            }
            SignatureAlgorithm::Ed25519 | SignatureAlgorithm::Ed448 => Scheme::EdDsa,
            SignatureAlgorithm::MlDsa44
            | SignatureAlgorithm::MlDsa65
            | SignatureAlgorithm::MlDsa87 => Scheme::MlDsa,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::table::until;
    use super::*;

    fn suite() -> CryptographicSuite {
        CryptographicSuite::default()
    }

    fn row_end(suite: &CryptographicSuite, scheme: Scheme, size: u32) -> End {
        suite
            .scheme_row(scheme, None, size)
            .map_or(End::NotListed, |row| row.end)
    }

    #[test]
    fn every_row_has_a_real_day() {
        assert!(suite().digests.iter().all(|row| row.end != End::NotListed));
        assert!(suite().schemes.iter().all(|row| row.end != End::NotListed));
        assert_eq!(suite().update_date.to_string(), "2024-10-13T00:00:00Z");
    }

    #[test]
    fn the_end_itself_is_too_late() {
        let end = UnixTime::from_date(2012, 8, 1).unwrap();
        let before = UnixTime(end.0 - 1);
        let at = |time| {
            suite()
                .digest_end(DigestAlgorithm::Sha1)
                .end
                .reliability(time)
        };
        assert_eq!(at(before), Reliability::Reliable);
        assert_eq!(at(end), Reliability::UnreliableSince(end));
    }

    #[test]
    fn sizes_are_lower_bounds() {
        let end = |scheme, size| row_end(&suite(), scheme, size);
        assert_eq!(end(Scheme::RsaPkcs1, 785), End::NotListed);
        assert_eq!(end(Scheme::RsaPkcs1, 1024), until(2019, 10, 1));
        assert_eq!(end(Scheme::RsaPkcs1, 2048), until(2029, 1, 1));
        assert_eq!(end(Scheme::RsaPkcs1, 16_384), until(2029, 1, 1));
        assert_eq!(end(Scheme::RsaPss, 2999), until(2029, 1, 1));
        assert_eq!(end(Scheme::RsaPss, 3072), End::Never);
        assert_eq!(end(Scheme::Ecdsa, 255), until(2021, 10, 1));
        assert_eq!(end(Scheme::Ecdsa, 521), End::Never);
        assert_eq!(end(Scheme::Ecdsa, 0), End::NotListed);
        assert_eq!(end(Scheme::MlDsa, 0), End::NotListed);
        assert_eq!(end(Scheme::MlDsa, 44), End::Never);
    }

    #[test]
    fn larger_keys_never_end_earlier() {
        for row in suite().schemes {
            assert!(row_end(&suite(), row.scheme, row.minimum_size + 1) >= row.end);
            assert!(row_end(&suite(), row.scheme, row.minimum_size - 1) <= row.end);
        }
    }

    #[test]
    fn the_earlier_end_counts() {
        let spki = [
            &[
                0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
            ],
            [9; 32].as_slice(),
        ]
        .concat();
        let key = PublicKey::from_spki(&spki.into()).unwrap();
        let end = |algorithm| suite().signature_end(&algorithm, &key).end;
        assert_eq!(end(SignatureAlgorithm::Ed25519), End::Never);
        let digest = DigestAlgorithm::Sha1;
        assert_eq!(end(SignatureAlgorithm::Ecdsa { digest }), until(2012, 8, 1));
        let digest = DigestAlgorithm::Sha512_256;
        assert_eq!(end(SignatureAlgorithm::Ecdsa { digest }), End::NotListed);
    }

    #[test]
    fn a_row_for_one_digest_comes_before_one_for_any() {
        let mut suite = suite();
        let digest = Some(DigestAlgorithm::Sha256);
        suite.schemes.push(SchemeRow {
            scheme: Scheme::Ecdsa,
            digest,
            minimum_size: 384,
            end: until(2030, 1, 1),
            source: Cow::Borrowed("test"),
        });
        let end = |digest, size| {
            let row = suite.scheme_row(Scheme::Ecdsa, digest, size);
            row.map_or(End::NotListed, |row| row.end)
        };
        assert_eq!(end(digest, 521), until(2030, 1, 1));
        // What the digest's own rows leave out is not listed, whatever the others say.
        assert_eq!(end(digest, 256), End::NotListed);
        assert_eq!(end(Some(DigestAlgorithm::Sha384), 256), End::Never);
    }
}
