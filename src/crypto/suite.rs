//! Until when algorithms can be relied upon (EN 319 102-1, 5.1.4.4; ETSI TS 119 312).

use super::algorithm::SignatureAlgorithm;
use super::digest::DigestAlgorithm;
use super::public_key::PublicKey;
use crate::time::UnixTime;
use std::borrow::Cow;

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
/// assert_eq!(suite.digest_reliability(DigestAlgorithm::Sha256, sealed), Reliability::Reliable);
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
    /// The least size of key that this row speaks of, up to that of the next row.
    pub minimum_bits: u32,
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

impl CryptographicSuite {
    /// Until when `digest` can be relied upon.
    pub fn digest_end(&self, digest: DigestAlgorithm) -> End {
        self.digests
            .iter()
            .find(|row| row.digest == digest)
            .map_or(End::NotListed, |row| row.end)
    }

    /// Until when a signature of `key` can be relied upon: the earlier end of its digest and of
    /// its scheme at this size of key.
    pub fn signature_end(&self, algorithm: &SignatureAlgorithm, key: &PublicKey) -> End {
        let digest_end = algorithm
            .digest()
            .map_or(End::Never, |digest| self.digest_end(digest));
        self.scheme_end(Scheme::of(algorithm), key.bits)
            .min(digest_end)
    }

    /// Until when `scheme` can be relied upon with a key of `bits`.
    pub fn scheme_end(&self, scheme: Scheme, bits: u32) -> End {
        self.schemes
            .iter()
            .filter(|row| row.scheme == scheme && row.minimum_bits <= bits)
            .max_by_key(|row| row.minimum_bits)
            .map_or(End::NotListed, |row| row.end)
    }

    /// Whether `digest` is reliable at a time.
    pub fn digest_reliability(&self, digest: DigestAlgorithm, at: UnixTime) -> Reliability {
        self.digest_end(digest).reliability(at)
    }

    /// Whether a signature of `key` is reliable at a time.
    pub fn signature_reliability(
        &self,
        algorithm: &SignatureAlgorithm,
        key: &PublicKey,
        at: UnixTime,
    ) -> Reliability {
        self.signature_end(algorithm, key).reliability(at)
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

const TS_119_312: &str = "ETSI TS 119 312 V1.5.1 as EU DSS 6.4 states it";

/// EU DSS does not list EdDSA. It is listed here because FIPS 186-5, 7 approves it without an
/// end and RFC 8410 certificates are in use; take the rows out to judge as EU DSS does.
const FIPS_186_5: &str = "FIPS 186-5, 7; not in EU DSS 6.4";

impl Default for CryptographicSuite {
    /// ETSI TS 119 312 V1.5.1 as EU DSS 6.4 states it, and EdDSA.
    fn default() -> Self {
        CryptographicSuite {
            source: Cow::Borrowed(TS_119_312),
            update_date: UPDATE_DATE,
            digests: default_digests(),
            schemes: default_schemes(),
        }
    }
}

/// 2024-10-13, the `UpdateDate` of the EU DSS 6.4 policy.
const UPDATE_DATE: UnixTime = UnixTime(1_728_777_600);

fn default_digests() -> Vec<DigestRow> {
    use DigestAlgorithm::*;
    [
        (Md5, until(2004, 8, 1)),
        (Sha1, until(2012, 8, 1)),
        (Ripemd160, until(2014, 8, 1)),
        (Sha224, until(2029, 1, 1)),
        (Sha256, End::Never),
        (Sha384, End::Never),
        (Sha512, End::Never),
        (Sha3_256, End::Never),
        (Sha3_384, End::Never),
        (Sha3_512, End::Never),
    ]
    .map(|(digest, end)| DigestRow {
        digest,
        end,
        source: Cow::Borrowed(TS_119_312),
    })
    .into()
}

fn default_schemes() -> Vec<SchemeRow> {
    use Scheme::*;
    [
        (RsaPkcs1, 786, until(2010, 8, 1), TS_119_312),
        (RsaPkcs1, 1024, until(2019, 10, 1), TS_119_312),
        (RsaPkcs1, 1536, until(2019, 10, 1), TS_119_312),
        (RsaPkcs1, 1900, until(2029, 1, 1), TS_119_312),
        (RsaPkcs1, 3000, until(2029, 1, 1), TS_119_312),
        (RsaPss, 786, until(2010, 8, 1), TS_119_312),
        (RsaPss, 1024, until(2019, 10, 1), TS_119_312),
        (RsaPss, 1536, until(2019, 10, 1), TS_119_312),
        (RsaPss, 1900, until(2029, 1, 1), TS_119_312),
        (RsaPss, 3000, End::Never, TS_119_312),
        (Dsa, 1024, until(2015, 12, 1), TS_119_312),
        (Dsa, 1900, until(2029, 1, 1), TS_119_312),
        (Dsa, 3000, End::Never, TS_119_312),
        (Ecdsa, 160, until(2012, 8, 1), TS_119_312),
        (Ecdsa, 163, until(2012, 8, 1), TS_119_312),
        (Ecdsa, 224, until(2021, 10, 1), TS_119_312),
        (Ecdsa, 256, End::Never, TS_119_312),
        (EdDsa, 256, End::Never, FIPS_186_5),
    ]
    .map(|(scheme, minimum_bits, end, source)| SchemeRow {
        scheme,
        minimum_bits,
        end,
        source: Cow::Borrowed(source),
    })
    .into()
}

/// Midnight of a day; were it no day, the algorithm would count as not listed.
fn until(year: i32, month: u32, day: u32) -> End {
    UnixTime::from_date(year, month, day).map_or(End::NotListed, End::At)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn suite() -> CryptographicSuite {
        CryptographicSuite::default()
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
        let at = |time| suite().digest_reliability(DigestAlgorithm::Sha1, time);
        assert_eq!(at(before), Reliability::Reliable);
        assert_eq!(at(end), Reliability::UnreliableSince(end));
    }

    #[test]
    fn sizes_are_lower_bounds() {
        let end = |scheme, bits| suite().scheme_end(scheme, bits);
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
    }

    #[test]
    fn larger_keys_never_end_earlier() {
        for row in suite().schemes {
            assert!(suite().scheme_end(row.scheme, row.minimum_bits + 1) >= row.end);
            assert!(suite().scheme_end(row.scheme, row.minimum_bits - 1) <= row.end);
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
        let end = |algorithm| suite().signature_end(&algorithm, &key);
        assert_eq!(end(SignatureAlgorithm::Ed25519), End::Never);
        let digest = DigestAlgorithm::Sha1;
        assert_eq!(end(SignatureAlgorithm::Ecdsa { digest }), until(2012, 8, 1));
        let digest = DigestAlgorithm::Sha512_256;
        assert_eq!(end(SignatureAlgorithm::Ecdsa { digest }), End::NotListed);
    }
}
